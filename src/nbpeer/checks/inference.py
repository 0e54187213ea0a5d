"""Rules about inference: significance tests, their corrections, assumptions, intervals and sample sizes."""

from __future__ import annotations

from collections.abc import Iterator

from nbpeer.checks.program import Program
from nbpeer.checks.rule import CheckContext, Hit, rule
from nbpeer.checks.sample_size import results_without_size
from nbpeer.checks.significance import (
    ASSUMPTION,
    CORRECTION,
    INTERVAL,
    independent,
    regressions,
    says,
    significance_tests,
)


@rule("NBP401", "tests-uncorrected", "warning", needs=("python",))
def tests_uncorrected(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Several significance tests without a correction for their number.

    ## What it does
    Counts significance tests of scipy, statsmodels and pingouin: two or more on different data, or one in a loop or in
    a function that is used again. Any correction, or a word about one in code or text, is enough: `multipletests`,
    `false_discovery_control`, Bonferroni, Holm, `alpha / n`. Goodness of fit, correlations and tests of assumptions do
    not count, nor does a second test of the same data.

    ## Why is this bad?
    Of twenty tests of nothing, one is significant at 5 %. Whoever reads only that one acts on chance.

    ## Bad
    ```python
    from scipy import stats
    for segment, part in users.groupby("segment"):
        print(segment, stats.ttest_ind(part["before"], part["after"]).pvalue)
    ```

    ## Good
    ```python
    from scipy import stats
    pvalues = [stats.ttest_ind(part["before"], part["after"]).pvalue for _, part in users.groupby("segment")]
    print(stats.false_discovery_control(pvalues))
    ```

    ## How to fix
    Correct the p-values, `scipy.stats.false_discovery_control(pvalues)`, or name one test as the primary one and call
    the others exploratory, with a waiver that says so.

    ## Source
    STAT-LINT (ASE 2025): 2 of 90 notebooks corrected for multiplicity; Benjamini and Hochberg 1995.
    """
    tests = independent(significance_tests(program))
    count = sum(test.times for test in tests)
    if count < 2 or says(program, CORRECTION):
        return
    looped = [test for test in tests if test.times > 1]
    test = looped[0] if looped else tests[1]
    how = f"`{test.name}` runs again and again" if looped else f"there are {count} significance tests"
    yield test.part.at(test.call, f"{how}, and nothing corrects for their number")


@rule("NBP402", "assumption-unchecked", "info", needs=("python",))
def assumption_unchecked(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A test or regression whose assumptions nobody looks at.

    ## What it does
    Looks for t-tests (without `equal_var=False`), analyses of variance and linear models of statsmodels in a notebook
    that nowhere tests or plots residuals, normality or variances, uses robust errors (`cov_type=`), or names the
    assumption in its text.

    ## Why is this bad?
    With skewed or dependent data the p-value means something else than it says, and nothing in the output tells.

    ## Bad
    ```python
    from scipy import stats
    print(stats.ttest_ind(before, after))
    ```

    ## Good
    ```python
    from scipy import stats
    print(stats.levene(before, after), stats.shapiro(before), stats.shapiro(after))
    print(stats.ttest_ind(before, after))
    ```

    ## How to fix
    Plot the residuals or test them; use Welch's test (`equal_var=False`), a rank test or a bootstrap; or say in one
    sentence why the assumption holds, for example by the size of the sample.

    ## Source
    STAT-LINT (ASE 2025): 14 of 90 notebooks met all their tests' obligations.
    """
    models = [test for test in (*significance_tests(program), *regressions(program)) if test.parametric]
    if models and not says(program, ASSUMPTION):
        first = min(models, key=lambda test: (test.part.cell.index, test.call.lineno))
        yield first.part.at(first.call, f"`{first.name}` makes assumptions that no cell looks at")


@rule("NBP403", "no-interval", "warning", needs=("python",))
def no_interval(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A significance test without an interval or an effect size.

    ## What it does
    Looks for significance tests in a notebook that nowhere computes or mentions a confidence interval, a bootstrap, an
    effect size, a standard error or a model's summary.

    ## Why is this bad?
    A p-value says neither how large the effect is nor how sure its size. With enough data everything is significant,
    and with few nothing is.

    ## Bad
    ```python
    from scipy import stats
    print(stats.ttest_ind(control, treatment, equal_var=False).pvalue)
    ```

    ## Good
    ```python
    from scipy import stats
    test = stats.ttest_ind(control, treatment, equal_var=False)
    print(test.pvalue, test.confidence_interval(0.95))
    ```

    ## How to fix
    Show the interval of the difference (`.confidence_interval()`, `conf_int()`, `scipy.stats.bootstrap`), and compare
    it with the smallest effect that matters.

    ## Source
    NeurIPS paper checklist, item on error bars; Wasserstein and Lazar 2016, statement of the ASA on p-values.
    """
    tests = significance_tests(program)
    if tests and not says(program, INTERVAL):
        message = f"`{tests[0].name}` gives a p-value, and no cell an interval or effect size"
        yield tests[0].part.at(tests[0].call, message)


@rule("NBP404", "no-sample-size", "warning")
def no_sample_size(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Results that do not say of how many.

    ## What it does
    Looks under Summary, Results, Findings and Conclusions for percentages and averages, and for any number of
    observations beside them: "n = 1,204", "of 1,204 orders"; a named result or a recorded table that counts is enough.

    ## Why is this bad?
    "Half of the customers" may be two of four. A reader cannot weigh a share without its base.

    ## Bad
    ```markdown
    # Results
    Lower prices raised conversion from 3.4 % to 4.1 %.
    ```

    ## Good
    ```markdown
    # Results
    Lower prices raised conversion from 3.4 % to 4.1 % (n = 18,204 visitors).
    ```

    ## How to fix
    Say the number of observations once, beside the first share: `n = 18,204`; or publish it as a named result with its
    unit: `nbpeer.result("visitors", len(visits), "visitors")`.

    ## Source
    Pineau et al. 2021, the machine learning reproducibility checklist; NeurIPS paper checklist.
    """
    claim = results_without_size(program, context.results)
    if claim:
        yield Hit(
            f"`{claim.text}` is a share or an average, and the results do not say of how many",
            claim.cell,
            claim.line,
            claim.column,
        )
