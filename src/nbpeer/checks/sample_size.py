"""Whether the prose of results says how many observations it rests on."""

from __future__ import annotations

import re

from nbpeer.checks.claims import HEADLINES, Claim, claims
from nbpeer.checks.program import Program
from nbpeer.checks.sections import lines_under
from nbpeer.model.result import ResultsFile, Table

_NOT_COUNTED = (
    r"(?:seconds|minutes|hours|days|weeks|months|quarters|years|points|dollars|euros|pounds|cents|miles|metres|meters|degrees"
    r"|times|percents|percentages|decimals|levels|steps|folds|standard|deviations)"
)
# "n = 1,204"; "1,204 paid orders"; "one in 1,204".
_SIZE = re.compile(
    r"\bn\s?[=:]\s?\*{0,2}[\d{]"
    rf"|(?<![\w.])(?:\d{{1,3}}(?:,\d{{3}})+|\d{{2,}})\*{{0,2}}\s+(?!{_NOT_COUNTED})(?:(?!{_NOT_COUNTED})[a-z-]+\s+){{0,2}}?"
    rf"(?!{_NOT_COUNTED})(?:[a-z-]{{2,}}s|people|men|women|children)\b"
    r"|\b(?:sample|total|out)\s+of\s+\*{0,2}[\d,]{2,}|\bsample\s+size",
    re.IGNORECASE,
)
_IN_PLOT = re.compile(r"\bn\s?=\s?\{", re.IGNORECASE)
_COUNTING = re.compile(r"n|counts?|n[_ ]?obs|observations|size|rows|number of .*|.*\bcount", re.IGNORECASE)
_AVERAGE = re.compile(r"\b(?:averages?|mean|median|rate|ratio|share)\b", re.IGNORECASE)


def results_without_size(program: Program, results: ResultsFile | None) -> Claim | None:
    """The first share or average in the prose of results, when nothing there says of how many; else None."""
    shares = [claim for claim in claims(program.notebook) if claim.percent or _averages(claim)]
    if not shares or (results and _records_a_size(results)):
        return None
    text = "\n".join(line.text for line in lines_under(program.notebook, HEADLINES))
    if _SIZE.search(text) or any(_IN_PLOT.search(part.text) for part in program.parts):
        return None
    return shares[0]


def _averages(claim: Claim) -> bool:
    line = claim.cell.source.split("\n")[claim.line - 1]
    return bool(_AVERAGE.search(line))


def _records_a_size(results: ResultsFile) -> bool:
    for result in results.results.values():
        if isinstance(result.value, Table):
            if any(_COUNTING.fullmatch(column) for column in result.value.columns):
                return True
        elif isinstance(result.value, int | float) and result.value >= 10 and float(result.value).is_integer():
            counts = result.unit not in ("", "%") or _COUNTING.fullmatch(result.name)
            if counts:
                return True
    return False
