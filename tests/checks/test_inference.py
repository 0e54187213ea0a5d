"""NBP401 to NBP405 and NBP408: tests, intervals, sample sizes, means of means, experiments."""

from __future__ import annotations

import pytest

import making
from checking import CONTEXT, check, number, recorded, table

START = """import numpy as np
import pandas as pd
from scipy import stats
import statsmodels.api as sm
df = pd.read_csv('a.csv')"""
WELCH = "stats.ttest_ind(df.a, df.b, equal_var=False)"


def found(*cells: str, select: str) -> list[tuple[int, int, str]]:
    return [(item.cell, item.line, item.severity) for item in check(START, *cells, select=select)]


@pytest.mark.parametrize(
    "source",
    [
        f"x = {WELCH}\ny = stats.mannwhitneyu(df.a, df.c)",
        f"for name in df:\n    print({WELCH})",
        f"found = [{WELCH} for name in df]",
        "df.groupby('k').apply(lambda part: stats.wilcoxon(part.a, part.b))",
        "def compare(a, b):\n    return stats.ttest_rel(a, b)\ncompare(df.a, df.b)\ncompare(df.a, df.c)",
        "def compare(part):\n    return stats.ttest_rel(part.a, part.b)\ndf.groupby('k').apply(compare)",
    ],
)
def test_several_tests_without_a_correction_are_found(source: str) -> None:
    assert len(found(source, select="NBP401")) == 1


@pytest.mark.parametrize(
    "source",
    [
        f"print({WELCH})",
        f"for name in df:\n    p = {WELCH}\nstats.false_discovery_control(p)",
        f"x = {WELCH}\ny = stats.ttest_rel(df.c, df.d)  # Bonferroni: each against alpha / 2",
        f"print({WELCH}, stats.mannwhitneyu(df.a, df.b))",
        "print(stats.shapiro(df.a), stats.levene(df.a, df.b), stats.pearsonr(df.a, df.b), stats.chisquare(df.n))",
        "low = stats.binomtest(3, 9).proportion_ci()\nhigh = stats.binomtest(4, 9).proportion_ci()",
        "def ttest_ind(a, b): ...\nttest_ind(1, 2)\nttest_ind(2, 3)",
    ],
)
def test_one_question_or_a_correction_is_fine(source: str) -> None:
    assert found(source, select="NBP401") == []


@pytest.mark.parametrize(
    "source", ["stats.ttest_ind(df.a, df.b)", "stats.f_oneway(df.a, df.b)", "sm.OLS(df.a, df.b).fit()"]
)
def test_a_parametric_test_that_nobody_doubts_is_an_info(source: str) -> None:
    assert found(source, select="NBP402") == [(2, 1, "info")]


@pytest.mark.parametrize(
    "source",
    [
        WELCH,
        "stats.ttest_ind(df.a, df.b)\nstats.shapiro(df.a)",
        "m = sm.OLS(df.a, df.b).fit()\nplt.hist(m.resid)",
        "sm.OLS(df.a, df.b).fit(cov_type='HC3')",
        "stats.mannwhitneyu(df.a, df.b)",
    ],
)
def test_a_test_whose_assumptions_are_looked_at_is_fine(source: str) -> None:
    assert found(source, select="NBP402") == []


def test_a_p_value_alone_is_found_and_an_interval_anywhere_is_enough() -> None:
    assert found(f"print({WELCH}.pvalue)", select="NBP403") == [(2, 1, "warning")]
    for said in ("t.confidence_interval()", "print(m.conf_int())", "# Cohen's d", "stats.bootstrap((df.a,), np.mean)"):
        assert found(f"t = {WELCH}\n{said}", select="NBP403") == []
    prose = making.markdown("The 95 % confidence interval is in the table.")
    assert check(START, WELCH, prose, select="NBP403") == []


@pytest.mark.parametrize(
    "text", ["Conversion rose by 5.2 %.", "The average basket is 41.3 EUR.", "The rate is 0.31 after 14 days."]
)
def test_results_that_do_not_say_of_how_many_are_found(text: str) -> None:
    findings = check(making.markdown(f"# Results\n{text}"), select="NBP404")
    assert [(item.line, item.severity) for item in findings] == [(2, "warning")]


@pytest.mark.parametrize(
    "text",
    [
        "Conversion rose by 5.2 % (n = 1,204).",
        "Of 1,204 paid orders 5.2 % came back.",
        "5.2 % of 380 people.",
        "Nothing was measured.",
        "It takes 14 days.",
    ],
)
def test_results_that_say_of_how_many_are_fine(text: str) -> None:
    assert check(making.markdown(f"# Results\n{text}"), select="NBP404") == []


@pytest.mark.parametrize("result", [number("visitors", 1204, "visitors"), table("t", "country n", ("UK", 40))])
def test_a_recorded_count_says_of_how_many(result: object) -> None:
    text = making.markdown("# Results\nConversion rose by 5.2 %.")
    context = CONTEXT._replace(results=recorded(result))  # type: ignore[arg-type]
    assert check(text, select="NBP404", context=context) == []


@pytest.mark.parametrize(
    "source",
    [
        "df.groupby('country')['a'].mean().mean()",
        "np.mean(df.groupby(['country', 'year']).a.mean())",
        "g = df.groupby('country').mean()\ng['a'].mean()",
        "df.resample('W').a.mean().mean()",
    ],
)
def test_a_mean_of_group_means_is_found(source: str) -> None:
    assert len(found(source, select="NBP405")) == 1


@pytest.mark.parametrize(
    "source",
    [
        "df['a'].mean()",
        "df.groupby('user_id')['a'].mean().mean()",
        "df.groupby('country')['a'].sum().mean()",
        "df.groupby('country')['a'].mean().max()",
        "g = df.groupby('country').a.mean()\ng = df.a\ng.mean()",
        "df.groupby('country').mean().mean(axis=1)",
    ],
)
def test_other_means_are_fine(source: str) -> None:
    assert found(source, select="NBP405") == []


def experiment(source: str, kind: str = "ab_test") -> list[str]:
    header = f"---\ntitle: A\nkind: {kind}\n---\n"
    return [item.message for item in check(source, select="NBP408", header=header)]


def test_an_experiment_tests_its_split_and_has_an_end() -> None:
    assert len(experiment("print(1)")) == 2
    assert experiment("print(1)", kind="exploratory") == []
    assert experiment("planned_n = 9\nfrom scipy import stats\nstats.chisquare(n)") == []
    assert experiment("from scipy import stats\nstats.chisquare(n)") == [
        "this A/B test has no planned number of people and no planned end"
    ]
