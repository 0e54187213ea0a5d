"""The numbers that a notebook's prose claims, and the numbers they can come from.

Rounding-aware, after the idea of statcheck (Nuijten et al. 2016), which recomputes what articles report.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nbpeer.checks.program import Program
from nbpeer.checks.rule import CheckContext
from nbpeer.checks.sections import lines_under
from nbpeer.checks.texts import output_texts
from nbpeer.model.notebook import Cell, Notebook
from nbpeer.model.result import ResultsFile, Table

# Where an analysis says what it found, as `plain_title` writes headings.
HEADLINES = frozenset(
    "summary|executive summary|tl;dr|tldr|abstract|results|key results|main results|findings|key findings|main findings"
    "|conclusion|conclusions".split("|")
)

_MONTH = r"(?-i:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)(?:uary|ruary|ch|il|ust|tember|ober|ember)?\.?"
_TIME = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|min|hrs?)"
_PERCENT = r"(?:%|percent\b|per cent\b)"
_START = r"(?<![\w.,])"
_GROUPED = r"\d{1,3}(?:[,'\u202f\u2009\u00a0]\d{3})+(?:\.\d+)?"
# Text that holds numbers which nobody found by computing: code, addresses, markup, dates, references, definitions.
_NO_CLAIM = tuple(
    re.compile(pattern, re.DOTALL | re.MULTILINE | re.IGNORECASE)
    for pattern in (
        r"(`+)(?!`).*?(?<!`)\1(?!`)|<!--.*?-->|</?[a-z][^<>]*>|\]\([^)\n]*\)|https?://\S+|\$[^$\n]*\\[^$\n]*\$",
        r"^[ \t>]*(?:[-*+][ \t]+)?\d+[.)][ \t]",
        rf"{_START}\d{{1,2}}(?:st|nd|rd|th)?(?:(?:\s?[-\u2013]\s?|\s+(?:to|and)\s+)\d{{1,2}})?\s+(?:of\s+)?"
        rf"{_MONTH}\b",
        rf"\b{_MONTH}\s+\d{{1,2}}\b(?!\s*{_PERCENT})",
        r"\b\d{4}-\d{2}(?:-\d{2})?\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b|\bv?\d+(?:\.\d+){2,}\b",
        rf"{_START}(?:1[6-9]|20)\d\d(?:\s?[-\u2013/]\s?\d{{2}}(?:\d\d)?)?s?\b(?![.,]?\d|\s?{_PERCENT})",
        rf"\b\d+(?:\.\d+)?\s?{_PERCENT}[-\s]+(?:(?:confidence|credible|credibility|prediction|posterior|bootstrap|Wilson"
        r"|significance|highest[-\s]density)[-\s]+)*(?:intervals?|CIs?|confidence|credible|HDI|power|significance|level"
        r"|limits?|bands?)\b",
        rf"\b(?:confidence|power|significance)(?:\s+level)?\s+(?:of|at)\s+\d+(?:\.\d+)?\s?{_PERCENT}",
        r"\b(?:sections?|figures?|fig|tables?|cells?|steps?|chapters?|versions?|equations?|eq|appendix|pages?|questions?"
        r"|hypothesis|issues?|lines?|columns?|rows?|items?|phases?|waves?|rounds?|quarters?|weeks?|days?|years?|grades?"
        r"|clusters?|top|bottom|first|last|next|past|previous|per|out\s+of)\.?\s+#?\d[\d,]*(?:\.\d+)*\b(?!\s?%)",
        rf"{_START}(?:[57]|1[0-58]|2[0148]|3[06]|4[58]|52|60|72|90|100|120|180|36[05])[-\s]?{_TIME}\b",
        rf"{_START}\d+-(?:fold|way|sided|tailed|dimensional|digit|point\s+scale|year-olds?)\b",
        r"\bp\s?[<≤=]\s?0?\.0\d*|\b(?:alpha|\u03b1)\s?=\s?[\d.]+",
        # A bound is not a finding, unless it is so exact that it must have been computed.
        r"(?:[<>≤≥]=?|\b(?:more|less|fewer|greater|larger|smaller|higher|lower|better|older|younger)\s+than"
        r"|\b(?:over|under|above|below|at\s+least|at\s+most|up\s+to|exceed(?:s|ing)?|(?:threshold|cut-?off|maximum|minimum)\s+of))"
        r"\s*\*{0,2}[$€£]?\d[\d,]*(?![\d,]*\.\d)",
    )
)
_NUMBER = re.compile(
    r"(?<![\w.,/^_{#\\])(?<![^\W\d_][-\u2011])"
    rf"(?P<digits>{_GROUPED}|\d+(?:\.\d+|,\d{{1,2}}(?!\d))?|\.\d+)(?P<power>e[-+]?\d+)?"
    r"(?P<scale>(?:k|m|bn|mn)\b|\s(?:thousand|million|billion)\b|)"
    rf"(?P<percent>\s?\**(?:{_PERCENT}|(?:percentage\s+)?points?\b|pp\b)|)(?P<times>[x\u00d7]|)(?![\w/]|[.,:]\d)",
    re.IGNORECASE,
)
_SHOWN = re.compile(rf"(?<![\w.])(?:{_GROUPED}|\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?(?!\w)", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:\b(?:about|around|roughly|nearly|almost|some|approximately|circa|ca\.)|[~≈])\s*\**[$€£]?\Z", re.IGNORECASE
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}


class Claim(NamedTuple):
    """A number in prose: where it is (from 1), and the values that round to it, `low` to `high`, without a sign.

    `percent`: the number, or one beside it on its line, is a percentage.
    """

    cell: Cell
    line: int
    column: int
    text: str
    low: float
    high: float
    percent: bool


def claims(notebook: Notebook) -> Iterator[Claim]:
    """The numbers that the prose under Summary, Results and the like claims, in order.

    Dates, years, list numbers, references, levels of intervals, round bounds, customary periods, code and small whole
    numbers are no claims. Signs are left out: prose says "3.4 points better" of -3.4.
    """
    wanted: dict[int, dict[int, str]] = {}
    for line in lines_under(notebook, HEADLINES):
        wanted.setdefault(line.cell.index, {})[line.number] = line.text
    for index, lines in wanted.items():
        cell = notebook.cells[index]
        text = "\n".join(lines.get(number, "") for number in range(1, cell.source.count("\n") + 2))
        for pattern in _NO_CLAIM:
            text = pattern.sub(_blank, text)
        for match in _NUMBER.finditer(text):
            claim = _claim(cell, text, match)
            if claim:
                yield claim


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _claim(cell: Cell, text: str, match: re.Match[str]) -> Claim | None:
    start = text.rfind("\n", 0, match.start()) + 1
    line = text[start:].partition("\n")[0]
    digits = re.sub(r"[,'\u202f\u2009\u00a0](?=\d{3})", "", match["digits"]).replace(",", ".")
    value = float(digits + (match["power"] or ""))
    scale = _SCALES.get(match["scale"].strip().lower(), 1.0)
    decimals = len(digits.partition(".")[2])
    exact = not decimals and not match["power"] and scale == 1.0
    if exact and (
        (match["percent"] and value in (0, 100)) or (not match["percent"] and not match["times"] and value < 10)
    ):
        return None
    unit = 10.0**-decimals * float(f"1{match['power'] or ''}")
    if exact and not match["percent"] and value >= 1000:
        unit = 10.0 ** min(len(digits) - len(digits.rstrip("0")), len(digits) - 2)
    half = unit * scale * (2.5 if _ABOUT.search(text[start : match.start()]) else 0.5) * (1 + 1e-6)
    percent = bool(match["percent"] or re.search(rf"{_PERCENT}|\bpoints?\b", line))
    place = text.count("\n", 0, match.start()) + 1
    said = " ".join(match.group().replace("*", "").split())
    value *= scale
    return Claim(cell, place, match.start() - start + 1, said, value - half, value + half, percent)


class Evidence(NamedTuple):
    """Every number that could be quoted, sorted, without signs."""

    numbers: tuple[float, ...]

    def supports(self, claim: Claim) -> bool:
        """Whether a number rounds to the claim, as it is, or as a share for a percentage and the other way round."""
        factors = [1.0]
        if claim.percent:
            factors.append(0.01)
        elif claim.high <= 1.01:
            factors.append(100.0)
        return any(self._within(claim.low * factor, claim.high * factor) for factor in factors)

    def _within(self, low: float, high: float) -> bool:
        place = bisect_left(self.numbers, low)
        return place < len(self.numbers) and self.numbers[place] <= high


def evidence(program: Program, context: CheckContext) -> Evidence | None:
    """The numbers among the outputs and the recorded results; None when there are none.

    Numbers that the notebook sets itself (`alpha = 0.05`) and its parameters may be quoted too.
    """
    shown = [number for text in output_texts(program.notebook) if not text.diagnostic for number in _numbers(text.text)]
    found = [*shown, *(_recorded(context.results) if context.results else ())]
    if not found:
        return None
    return Evidence(tuple(sorted({abs(number) for number in (*found, *_set_by_hand(program, context.results))})))


def nothing_to_compare(program: Program, context: CheckContext) -> bool:
    """Whether prose claims numbers, and neither outputs nor recorded results are there to trace them to."""
    return evidence(program, context) is None and next(claims(program.notebook), None) is not None


def _numbers(text: str) -> Iterator[float]:
    for match in _SHOWN.finditer(text):
        yield float(re.sub(r"[,'\u202f\u2009\u00a0]", "", match.group()))


def _recorded(results: ResultsFile) -> Iterator[float]:
    for result in results.results.values():
        if isinstance(result.value, Table):
            yield from _values(value for row in result.value.rows for value in row)
        else:
            yield from _values([result.value])
    for expectation in results.expectations.values():
        yield from _numbers(expectation.detail)


def _set_by_hand(program: Program, results: ResultsFile | None) -> Iterator[float]:
    for part in program.parts:
        for statement in part.tree.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                items = statement.value.elts if isinstance(statement.value, ast.List | ast.Tuple) else [statement.value]
                yield from _values(item.value for item in items if isinstance(item, ast.Constant))
    yield from _values(results.certificate.parameters.values() if results else ())


def _values(values: Iterable[object]) -> Iterator[float]:
    for value in values:
        if isinstance(value, str):
            yield from _numbers(value)
        elif isinstance(value, int | float) and not isinstance(value, bool) and value == value:
            yield float(value)
