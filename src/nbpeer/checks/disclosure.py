"""What a table tells about single people: small counts, and rows that are about one person each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nbpeer.checks.program import Program
from nbpeer.checks.rule import Hit
from nbpeer.checks.tables import OutputTable, output_tables
from nbpeer.model.finding import Severity
from nbpeer.model.result import NamedResult, ResultsFile, Table

_PEOPLE = (
    r"(?:users?|patients?|people|persons?|customers?|clients?|members?|respondents?|participants?|subjects?|employees?"
    r"|students?|pupils?|children|households?|donors?|voters?|victims?|visitors?|subscribers?|men|women|males?|females?"
    r"|cases|deaths)"
)
_OF_PEOPLE = re.compile(
    rf"(?:(?:n|num|nr|no|number|count|unique|distinct|total)[\s_.]*(?:of[\s_.]*)?)?{_PEOPLE}(?:[\s_.]*(?:count|n|number|total))?",
    re.IGNORECASE,
)
_OF_ROWS = re.compile(r"n|counts?|cnt|freq|frequency|size|n[\s_.]?obs|observations|obs|nobs", re.IGNORECASE)
_IDENTIFIER = re.compile(
    r"(?:user|customer|patient|person|member|client|employee|student|respondent|participant|subject|household|visitor|voter"
    r"|donor|subscriber)[\s_-]?(?:id|uuid|guid|key|number|no|name)|e-?mail(?:[\s_-]?address)?|phone(?:[\s_-]?number)?"
    r"|ssn|nino|nhs[\s_-]?number|passport(?:[\s_-]?(?:no|number))?|(?:first|last|full|sur|fore)[\s_-]?name"
    r"|d(?:ate)?[\s_-]?o(?:f)?[\s_-]?b(?:irth)?",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\d{1,9}(?:\.0+)?")


class Small(NamedTuple):
    """How many counts in a column are small, and the smallest."""

    column: str
    found: int
    smallest: int
    people: bool


def disclosures(program: Program, results: ResultsFile | None, limit: int) -> Iterator[Hit]:
    """What tables among the outputs and the recorded results say of fewer than `limit` people, or of each of them."""
    for table in output_tables(program.notebook):
        identifier = _row_level(table)
        if identifier:
            yield Hit(f"the output shows rows of single people (column `{identifier}`)", table.cell)
        for small in _small(table.columns, table.rows, limit):
            severity: Severity | None = None if small.people else "info"
            yield Hit(f"the output shows {_say(small, limit)}", table.cell, severity=severity)
    for result in results.result_set.results if results else ():
        yield from (_place(program, result.name, message) for message in _in_result(result, limit))


def _in_result(result: NamedResult, limit: int) -> Iterator[str]:
    if isinstance(result.value, Table):
        for small in _small(result.value.columns, result.value.rows, limit):
            yield f"the result “{result.name}” has {_say(small, limit)}"
    elif result.type == "number" and (_OF_PEOPLE.fullmatch(result.unit) or _OF_PEOPLE.fullmatch(result.name)):
        count = _count(result.value)
        if 0 < count < limit:
            yield f"the result “{result.name}” is {count}, a count of people below {limit}"


def _place(program: Program, name: str, message: str) -> Hit:
    """The hit where the result gets its name, or on the whole notebook when that is computed."""
    for part, call in program.nodes(ast.Call):
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Constant) and first.value == name and program.dotted(call.func).endswith("result"):
            return part.at(call, message)
    return Hit(message)


def _small(columns: Sequence[str], rows: Sequence[Sequence[object]], limit: int) -> Iterator[Small]:
    for place, column in enumerate(columns):
        people = bool(_OF_PEOPLE.fullmatch(column))
        if people or _OF_ROWS.fullmatch(column):
            counts = [count for row in rows if 0 < (count := _count(row[place])) < limit]
            if counts:
                yield Small(column, len(counts), min(counts), people)


def _count(value: object) -> int:
    """A whole number, as a number or as text; -1 for anything else."""
    if isinstance(value, str):
        text = value.replace(",", "")
        return int(float(text)) if _COUNT.fullmatch(text) else -1
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or value % 1:
        return -1
    return int(value)


def _say(small: Small, limit: int) -> str:
    counts = "count" if small.found == 1 else "counts"
    return f"{small.found} {counts} below {limit} in the column `{small.column}` (the smallest is {small.smallest})"


def _row_level(table: OutputTable) -> str:
    """The identifier column of a table that has one value, and so one person, a row; empty when there is none."""
    for place, column in enumerate(table.columns):
        values = [row[place] for row in table.rows if row[place] not in ("", "...", "…", "NaN", "None")]
        if _IDENTIFIER.fullmatch(column.strip()) and len(values) >= 2 and len(set(values)) > 1:
            return column.strip()
    return ""
