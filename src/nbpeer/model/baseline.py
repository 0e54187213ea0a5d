"""The baseline: findings that were there when a repository began to check, so that only new ones count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.finding import Finding

BASELINE = ".nbpeer/baseline.json"
# A secret is never old news, and a waiver without a reason is mended by writing one.
_NEVER = frozenset(("NBP002", "NBP601"))


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many findings of each rule are known on each source: by notebook, code and fingerprint."""

    notebooks: dict[str, dict[str, dict[str, int]]] = {}
    version: int = 1


def decode_baseline(content: bytes, name: str = BASELINE) -> Baseline:
    """The baseline in a file's bytes. Raises NbpeerError when it is not one."""
    try:
        found = msgspec.json.decode(content, type=Baseline)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        hint = "restore it from git, or write it anew with `nbpeer check --update-baseline`"
        raise NbpeerError(f"{name} is not a baseline ({error})", hint) from None
    if found.version != 1:
        raise NbpeerError(f"{name} is of version {found.version}", "this nbpeer reads version 1: update it")
    return found


def encode_baseline(baseline: Baseline) -> bytes:
    """The file's bytes: sorted, one line an entry, so that git merges and shows it well."""
    return msgspec.json.format(msgspec.json.encode(baseline, order="sorted"), indent=1) + b"\n"


def mark_known(
    baseline: Baseline, findings: Iterable[Finding], checked: Collection[str], applied: Collection[str]
) -> tuple[tuple[Finding, ...], dict[str, int]]:
    """The findings, marked as known as often as the baseline holds them, and its stale entries by notebook.

    An entry is stale when the source it was for has fewer such findings than it counts. Of notebooks that were not
    `checked`, and of rules that were not `applied`, nobody can tell.
    """
    left = {
        (path, code, fingerprint): count
        for path, codes in baseline.notebooks.items()
        for code, entries in codes.items()
        for fingerprint, count in entries.items()
    }
    marked = []
    for finding in findings:
        key = (finding.path, finding.code, finding.fingerprint)
        if _belongs(finding) and left.get(key, 0) > 0:
            left[key] -= 1
            marked.append(msgspec.structs.replace(finding, known=True))
        else:
            marked.append(finding)
    stale: Counter[str] = Counter()
    for (path, code, _), count in left.items():
        if count and path in checked and code in applied:
            stale[path] += count
    return tuple(marked), dict(stale)


def updated(baseline: Baseline, findings: Iterable[Finding], checked: Collection[str], *, whole: bool) -> Baseline:
    """The baseline with exactly these findings of the checked notebooks; with `whole` it forgets all others."""
    notebooks = {} if whole else {path: codes for path, codes in baseline.notebooks.items() if path not in checked}
    for finding in findings:
        if _belongs(finding):
            entries = notebooks.setdefault(finding.path, {}).setdefault(finding.code, {})
            entries[finding.fingerprint] = entries.get(finding.fingerprint, 0) + 1
    return Baseline(notebooks)


def _belongs(finding: Finding) -> bool:
    """Whether a finding can be known: it has a source, counts, and is none that has to be mended in any case."""
    counts = finding.severity != "info" and not finding.waived
    return bool(finding.fingerprint) and counts and finding.code not in _NEVER
