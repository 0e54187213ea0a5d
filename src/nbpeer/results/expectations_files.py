"""Result files of other tools that check data: which tool's a file is, what it says, and how old that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from nbpeer.model.external import ExpectationsFile
from nbpeer.results.expectations_dbt import is_dbt, read_dbt
from nbpeer.results.expectations_gx import is_great_expectations, read_great_expectations

# How far a clock may be ahead of ours.
_AHEAD = timedelta(hours=1)


def read_expectations(path: str, content: bytes | None, manifest: bytes | None = None) -> ExpectationsFile:
    """What a result file says; never raises: what is wrong with the file is its `problem`, on one line.

    `content` is None when there is no such file; `manifest` is the manifest.json beside it.
    """
    if content is None:
        return ExpectationsFile(path, problem="is not there")
    try:
        found: Any = msgspec.json.decode(content)
        if is_dbt(found):
            return read_dbt(path, found, manifest)
        if is_great_expectations(found):
            return read_great_expectations(path, found)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        said = " ".join(str(error).replace("`", "").split())
        return ExpectationsFile(path, problem=f"cannot be read ({said[:1].lower()}{said[1:]})")
    return ExpectationsFile(path, problem="is neither a validation result of Great Expectations nor dbt's run_results")


def with_freshness(file: ExpectationsFile, now: datetime, most_days: int) -> ExpectationsFile:
    """The file with `stale` set when it is older than `most_days` (0: any age), or nobody can tell how old it is."""
    if file.problem or not most_days:
        return file
    return msgspec.structs.replace(file, stale=_stale(file.generated, now, most_days))


def _stale(generated: str, now: datetime, most_days: int) -> str:
    try:
        time = datetime.fromisoformat(generated)
    except ValueError:
        return "does not say when it was made"
    age = now - (time if time.tzinfo else time.replace(tzinfo=UTC))
    if age < -_AHEAD:
        return f"says it was made in the future ({generated[:16]})"
    return f"is {age.days} days old, and {most_days} are allowed" if age > timedelta(days=most_days) else ""
