"""Significance tests and models in a program, and the words by which a notebook shows that it knows their limits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.checks.program import Part, Program

_LIBRARIES = frozenset("scipy statsmodels pingouin".split())
_TESTS = frozenset(
    "ttest_ind ttest_rel ttest_1samp ttest_ind_from_stats mannwhitneyu wilcoxon kruskal f_oneway alexandergovern "
    "chi2_contingency fisher_exact barnard_exact boschloo_exact ks_2samp ranksums brunnermunzel binomtest binom_test "
    "median_test friedmanchisquare permutation_test epps_singleton_2samp cramervonmises_2samp proportions_ztest "
    "proportions_chisquare test_proportions_2indep ztest mcnemar ttest mwu anova welch_anova rm_anova".split()
)
# Those that assume normal data or equal variances.
_PARAMETRIC = frozenset("ttest_ind ttest_rel ttest_1samp ttest_ind_from_stats f_oneway ttest anova".split())
_REGRESSIONS = frozenset("OLS ols WLS GLS".split())
_REPEATING = frozenset("apply map applymap agg aggregate transform pipe starmap".split())

CORRECTION = re.compile(
    r"multipletests|fdrcorrection|false_discovery_control|bonferroni|\bholm\b|benjamini|hochberg|tukey|[sš]id[aá]k|multicomp"
    r"|padjust|multi_?comp|\bfdr\b|multiple[\s_-](?:comparisons?|tests?|testing)|family-?wise|\balpha\s*/\s*\w",
    re.IGNORECASE,
)
ASSUMPTION = re.compile(
    r"shapiro|normaltest|anderson|levene|bartlett|jarque_bera|probplot|qqplot|q-q\b|resid|\bhet_\w+|durbin_watson|influence"
    r"|cooks|cov_type|mannwhitneyu|\bmwu\b|kruskal|wilcoxon|permutation|bootstrap|equal_var\s*=\s*False"
    r"|normally distributed|normality|homoscedastic|heteroscedastic|equal variances?|assum(?:es?|ing|ptions?)\b",
    re.IGNORECASE,
)
INTERVAL = re.compile(
    r"conf_?int|confidence[\s_-]interval|credible[\s_-]interval|\b\d\d\s?%\s?(?:CI|interval)|\bci_?(?:low|high|lower|upper)?\b"
    r"|proportion_ci|bootstrap|percentile|quantile|cohen|effect[\s_-]sizes?|hedges|cliff|cram[eé]r|odds[\s_-]?ratio|\bhdi\b"
    r"|margin of error|standard error|\bsem\b|\bbse\b|std_?err|\.summary2?\(|partial_eta|eta_squared|compute_effsize",
    re.IGNORECASE,
)


class Test(NamedTuple):
    """One call of a significance test or one fitted model; `times` is 2 where it is called again and again."""

    part: Part
    call: ast.Call
    name: str
    times: int

    @property
    def parametric(self) -> bool:
        """Whether it assumes normal data or equal variances that nothing in the call takes back."""
        welch = any(
            keyword.arg == "equal_var" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            for keyword in self.call.keywords
        )
        return (self.name in _PARAMETRIC and not welch) or self.name in _REGRESSIONS


def significance_tests(program: Program) -> list[Test]:
    """The calls of significance tests, in order. Those whose result only gives an interval are none."""
    intervals = {
        id(attribute.value) for _, attribute in program.nodes(ast.Attribute) if attribute.attr == "proportion_ci"
    }
    return [test for test in _calls(program, _TESTS) if id(test.call) not in intervals]


def regressions(program: Program) -> list[Test]:
    """The linear models of statsmodels, in order."""
    return _calls(program, _REGRESSIONS)


def independent(tests: list[Test]) -> list[Test]:
    """The tests without those that ask the same data a second time, as a check of robustness does."""
    seen: set[str] = set()
    found = []
    for test in tests:
        asked = ast.dump(ast.Tuple(elts=list(test.call.args), ctx=ast.Load()))
        if asked not in seen or test.times > 1:
            found.append(test)
        seen.add(asked)
    return found


def says(program: Program, pattern: re.Pattern[str]) -> bool:
    """Whether any cell, code or prose, has a match."""
    return any(pattern.search(cell.source) for cell in program.notebook.cells)


def _calls(program: Program, names: frozenset[str]) -> list[Test]:
    if not any(name.partition(".")[0] in _LIBRARIES for name in program.imported.values()):
        return []
    repeated = _repeated(program)
    found = []
    for part, call in program.nodes(ast.Call):
        full = program.dotted(call.func)
        name = full.rpartition(".")[2]
        if name in names and full.partition(".")[0] in _LIBRARIES:
            found.append(Test(part, call, name, 2 if id(call) in repeated else 1))
    return sorted(found, key=lambda test: (test.part.cell.index, test.call.lineno, test.call.col_offset))


def _repeated(program: Program) -> frozenset[int]:
    """The ids of calls that run more than once: in loops and comprehensions, and in functions used more than once."""
    found: set[int] = set()
    for kind in (ast.For, ast.While, ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.SetComp):
        for _, loop in program.nodes(kind):
            found |= _calls_below(loop)
    for _, call in program.nodes(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in _REPEATING:
            found |= {inner for value in call.args for inner in _calls_below(value)}
    uses: dict[str, int] = {}
    for _, call in program.nodes(ast.Call):
        for name in _functions_used(call):
            uses[name] = uses.get(name, 0) + (2 if id(call) in found else 1)
    for _, function in program.nodes(ast.FunctionDef):
        if uses.get(function.name, 0) > 1:
            found |= _calls_below(function)
    return frozenset(found)


def _functions_used(call: ast.Call) -> Iterator[str]:
    if isinstance(call.func, ast.Name):
        yield call.func.id
    if isinstance(call.func, ast.Attribute) and call.func.attr in _REPEATING:
        for value in call.args:
            if isinstance(value, ast.Name):
                yield value.id
                yield value.id


def _calls_below(node: ast.AST) -> set[int]:
    return {id(inner) for inner in ast.walk(node) if isinstance(inner, ast.Call)}
