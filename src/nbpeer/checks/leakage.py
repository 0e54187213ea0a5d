"""Rules about leakage: what a model must not have seen."""

from __future__ import annotations

from collections.abc import Iterator

from nbpeer.checks.program import Program
from nbpeer.checks.rule import CheckContext, Hit, rule
from nbpeer.checks.scoring import test_reuse
from nbpeer.checks.splits import leaks, peeks
from nbpeer.checks.timed import shuffled_splits
from nbpeer.model.finding import Severity


@rule("NBP406", "leak-preprocess", "error", needs=("python",))
def leak_preprocess(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Preprocessing that has seen the test rows.

    ## What it does
    Follows data from `fit_transform`, `fit_resample`, a `fit` with a later `transform`, or a `fillna` with the mean of
    all rows to the split that then divides them: `train_test_split`, folds, cross-validation, or a slice into a name
    like `X_train`. Scalers, imputers, decompositions, feature selection, vectorizers and samplers count; encoders of
    labels and categories do not. A fit on the test rows themselves (`fit_transform(X_test)`) is found too.

    ## Why is this bad?
    The model is tested on rows whose mean, components or neighbours it knows already. The score is too good, and
    nobody sees it until the model meets new data.

    ## Bad
    ```python
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler
    scaled = StandardScaler().fit_transform(features)
    X_train, X_test, y_train, y_test = train_test_split(scaled, target, random_state=1)
    ```

    ## Good
    ```python
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler
    X_train, X_test, y_train, y_test = train_test_split(features, target, random_state=1)
    scaler = StandardScaler().fit(X_train)
    X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)
    ```

    ## How to fix
    Split first, fit on the training rows only; best put both into a `Pipeline`, which cross-validation refits.

    ## Source
    Yang et al. 2022, data leakage in notebooks; scikit-learn, "Common pitfalls and recommended practices".
    """
    for origin, split in leaks(program):
        where = "below" if split.cell.index == origin.part.cell.index else f"in cell {split.cell.number}"
        message = f"{origin.what} sees all rows, also those that the split {where} holds out"
        yield origin.part.at(origin.node, message)
    for peek in peeks(program):
        yield peek.part.at(peek.call, f"{peek.what} is fitted on the test rows: use what was learned from the others")


@rule("NBP407", "leak-test-reuse", "warning", needs=("python",))
def leak_test_reuse(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A test set that chooses between models.

    ## What it does
    Looks for two or more fitted models that the same test rows score (`score(X_test, y_test)`, a metric of
    scikit-learn), where no validation rows and no cross-validation are in sight. When the notebook then takes a
    maximum, sorts or names a best one it is a warning, else an info.

    ## Why is this bad?
    The best of ten models on a test set is partly the luckiest. Its score there is no estimate of what it will do.

    ## Bad
    ```python
    from sklearn.metrics import accuracy_score
    scores = {}
    for depth in (3, 5, 9):
        model = make_model(depth)
        model.fit(X_train, y_train)
        scores[depth] = accuracy_score(y_test, model.predict(X_test))
    best = max(scores, key=scores.get)
    ```

    ## Good
    ```python
    from sklearn.metrics import accuracy_score
    from sklearn.model_selection import cross_val_score
    scores = {depth: cross_val_score(make_model(depth), X_train, y_train).mean() for depth in (3, 5, 9)}
    best = max(scores, key=scores.get)
    model = make_model(best).fit(X_train, y_train)
    print(accuracy_score(y_test, model.predict(X_test)))
    ```

    ## How to fix
    Choose by cross-validation on the training rows, or by validation rows of their own; score once on the test rows.

    ## Source
    Yang et al. 2022, data leakage in notebooks (multi-test leakage).
    """
    found = test_reuse(program)
    if found:
        severity: Severity | None = None if found.chosen else "info"
        message = f"the same test rows score {found.models} models" + (", and one is chosen" if found.chosen else "")
        yield found.part.at(found.call, message)._replace(severity=severity)


@rule("NBP410", "shuffled-time-split", "warning", needs=("python",))
def shuffled_time_split(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A random split of data in time.

    ## What it does
    Looks for `train_test_split` and shuffled folds (without `shuffle=False`) in a forecast, or where lags, rolling
    windows or a time index of the split data are made.

    ## Why is this bad?
    The model is tested on a Tuesday after it has seen the Monday and the Wednesday. In use it will know only the past.

    ## Bad
    ```python
    import pandas as pd
    from sklearn.model_selection import train_test_split
    sales = pd.read_csv("sales.csv", index_col="day", parse_dates=True)
    sales["yesterday"] = sales["units"].shift(1)
    train, test = train_test_split(sales, random_state=1)
    ```

    ## Good
    ```python
    import pandas as pd
    from sklearn.model_selection import train_test_split
    sales = pd.read_csv("sales.csv", index_col="day", parse_dates=True)
    sales["yesterday"] = sales["units"].shift(1)
    train, test = train_test_split(sales, shuffle=False)
    ```

    ## How to fix
    Cut at a date: `shuffle=False` on sorted rows, `TimeSeriesSplit`, or a rolling backtest.

    ## Source
    rOpenSci statistical software standards, time series; Kapoor and Narayanan 2023, leakage and the reproducibility
    crisis.
    """
    for part, call, why in shuffled_splits(program):
        yield part.at(call, f"rows are split at random, and {why}")
