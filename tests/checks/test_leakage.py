"""NBP406, NBP407, NBP410: idioms of scikit-learn, imbalanced-learn and pandas."""

from __future__ import annotations

import pytest

from checking import check

START = """import numpy as np
import pandas as pd
from imblearn.over_sampling import SMOTE
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import KFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, OneHotEncoder, StandardScaler, scale
from sklearn.svm import SVC
df = pd.read_csv('a.csv')
X, y = df.drop(columns='y'), df['y']"""
SPLIT = "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)"


def found(*cells: str, select: str = "NBP406") -> list[tuple[int, int, str]]:
    return [(item.cell, item.line, item.severity) for item in check(START, *cells, select=select)]


@pytest.mark.parametrize(
    "source",
    [
        "X = StandardScaler().fit_transform(X)",
        "scaler = MinMaxScaler()\nX = pd.DataFrame(scaler.fit_transform(X), columns=X.columns)",
        "scaler = StandardScaler().fit(X)\nX = scaler.transform(X)",
        "pca = PCA(n_components=2)\npca.fit(X)\nX = pca.transform(X)",
        "X = SelectKBest(k=5).fit_transform(X, y)",
        "vectorizer = TfidfVectorizer()\nX = vectorizer.fit_transform(df['text'])",
        "X, y = SMOTE(random_state=1).fit_resample(X, y)",
        "imputer = SimpleImputer()\nX[['a']] = imputer.fit_transform(X[['a']])",
        "X = scale(X)",
        "X = X.fillna(X.mean())",
        "X['a'] = X['a'].fillna(X['a'].median())",
        "X.fillna(X.mean(), inplace=True)",
        "X = (X - X.mean()) / X.std()",
        "X['a'] = X['a'].fillna(np.nanmean(X['a']))",
        "pipeline = make_pipeline(SimpleImputer(), StandardScaler())\nX = pipeline.fit_transform(X)",
        "def scaled(values):\n    return StandardScaler().fit_transform(values)\nX = scaled(X)",
        "def scaled(column):\n    return (column - column.mean()) / column.std()\nX = X.apply(scaled)",
    ],
)
@pytest.mark.parametrize("split", [SPLIT, "scores = cross_val_score(LogisticRegression(), X, y)"])
def test_preprocessing_of_all_rows_before_a_split_is_found(source: str, split: str) -> None:
    assert {(cell, severity) for cell, _, severity in found(source, split)} == {(2, "error")}


@pytest.mark.parametrize(
    "cells",
    [
        (
            SPLIT,
            "scaler = StandardScaler()\nX_train = scaler.fit_transform(X_train)\nX_test = scaler.transform(X_test)",
        ),
        ("X = OneHotEncoder().fit_transform(X)\ny = LabelEncoder().fit_transform(y)", SPLIT),
        ("X = X.fillna(0)\nX = X.fillna('none')", SPLIT),
        (SPLIT, "X_train, y_train = SMOTE(random_state=1).fit_resample(X_train, y_train)"),
        ("model = make_pipeline(StandardScaler(), LogisticRegression())\nprint(cross_val_score(model, X, y))",),
        ("X = StandardScaler().fit_transform(X)\nX = pd.read_csv('b.csv')", SPLIT),
        ("Z = StandardScaler().fit_transform(X)\nprint(Z.mean())", SPLIT),
        (SPLIT, "S = StandardScaler().fit_transform(X_train)\nprint(cross_val_score(SVC(), S, y_train))"),
        ("X = tokenizer.fit_transform(X)", SPLIT),
        ("X['share'] = X['a'] - X['b'].mean()",),
    ],
)
def test_what_is_fitted_on_training_rows_only_is_fine(cells: tuple[str, ...]) -> None:
    assert found(*cells) == []


def test_a_fit_on_the_test_rows_is_found() -> None:
    again = "X_train = StandardScaler().fit_transform(X_train)\nX_test = StandardScaler().fit_transform(X_test)"
    assert found(SPLIT, again) == [(3, 2, "error")]


def test_a_leak_inside_a_function_is_found() -> None:
    source = "def prepare(X, y):\n    X = StandardScaler().fit_transform(X)\n    return train_test_split(X, y)"
    assert found(source) == [(2, 2, "error")]


def test_a_slice_into_training_rows_is_a_split() -> None:
    assert found("S = MinMaxScaler().fit_transform(X)", "train, test = S[:800], S[800:]") == [(2, 1, "error")]
    assert found("S = MinMaxScaler().fit_transform(X)", "first = S[:800]") == []


def test_the_message_names_what_and_the_cell_of_the_split() -> None:
    (finding,) = check(START, "X = PCA(2).fit_transform(X)", "x = 1", SPLIT, select="NBP406")
    assert finding.message == "PCA sees all rows, also those that the split in cell 4 holds out"


ONE = "a = LogisticRegression()\na.fit(X_train, y_train)\nprint(accuracy_score(y_test, a.predict(X_test)))"
TWO = "b = SVC()\nb.fit(X_train, y_train)\nprint(b.score(X_test, y_test))"


@pytest.mark.parametrize(
    ("cells", "severity"),
    [
        ((ONE, TWO), "info"),
        ((ONE, TWO, "best = max(scores)"), "warning"),
        ((ONE, TWO.replace("b", "a")), "info"),
        (
            (
                "for model in [LogisticRegression(), SVC()]:\n    model.fit(X_train, y_train)\n"
                "    scores.append(model.score(X_test, y_test))\nprint(np.argmax(scores))",
            ),
            "warning",
        ),
        (
            ("a = SVC().fit(X_train, y_train)\np = a.predict(X_test)\nprint(accuracy_score(y_test, p))", ONE, TWO),
            "info",
        ),
    ],
)
def test_a_test_set_that_scores_several_models_is_found(cells: tuple[str, ...], severity: str) -> None:
    assert [item[2] for item in found(SPLIT, *cells, select="NBP407")] == [severity]


@pytest.mark.parametrize(
    "cells",
    [
        (ONE,),
        (ONE, "print(a.score(X_train, y_train))"),
        (ONE, ONE.splitlines()[2], "print(accuracy_score(y_test, a.predict(X_test)) > 0.5)"),
        (ONE, TWO, "X_train, X_val, y_train, y_val = train_test_split(X_train, y_train)"),
        (ONE, TWO, "scores = cross_val_score(a, X_train, y_train)"),
    ],
)
def test_one_model_or_rows_of_their_own_to_choose_by_are_fine(cells: tuple[str, ...]) -> None:
    assert found(SPLIT, *cells, select="NBP407") == []


@pytest.mark.parametrize(
    "cells",
    [
        ("df = df.set_index('order_date')\nX = df[['a']]\ntrain, test = train_test_split(X, random_state=1)",),
        ("df['lag'] = df['y'].shift(1)\ntrain, test = train_test_split(df)",),
        ("from prophet import Prophet", SPLIT),
        (
            "df = pd.read_csv('a.csv', index_col=0, parse_dates=True)",
            "for a, b in KFold(5, shuffle=True).split(df):\n    pass",
        ),
    ],
)
def test_a_random_split_of_time_is_found(cells: tuple[str, ...]) -> None:
    shuffled = found(*cells, select="NBP410")
    assert [item[2] for item in shuffled] == ["warning"] or "KFold" in cells[-1]


@pytest.mark.parametrize(
    "cells",
    [
        (SPLIT,),
        ("df['day'] = pd.to_datetime(df['day'])", SPLIT),
        ("df['lag'] = df['y'].shift(1)\ntrain, test = train_test_split(df, shuffle=False)",),
        ("df['lag'] = df['y'].shift(1)\nfolds = KFold(5)",),
        ("df = df.set_index('user_id')\ntrain, test = train_test_split(df)",),
    ],
)
def test_a_split_of_rows_without_order_or_in_order_is_fine(cells: tuple[str, ...]) -> None:
    assert found(*cells, select="NBP410") == []
