"""`python -m benchmarks.merge REPOSITORY…`: merges of notebooks that people made, made again by nbpeer and its peers.

Every merge in the repositories' histories in which both sides had changed a notebook is done by `nbpeer merge`, by git
on the JSON text, and by nbdime. A merge is *resolved* when no conflict is left, *equal* when its sources are those that
were committed; people who threw one side away as a whole are left out of *equal, both kept*. *Nothing lost* are those
in which each line that a side added is found, or a line with all that was new in it. Milliseconds are for one merge,
without the start of the interpreter.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks import command_line, peers
from benchmarks.merges import Case, replay

US = "nbpeer"
_WORD = re.compile(r"\w+|[^\w\s]")


class Outcome(NamedTuple):
    """What a tool made of a case: the file it left (None: none), whether it says it is resolved, and the seconds."""

    content: bytes | None
    resolved: bool
    seconds: float


Tool = Callable[[Path], Iterator[tuple[str, Outcome]]]


class Judged(NamedTuple):
    """What is true of one outcome; None where it does not apply."""

    resolved: bool
    equal: bool | None
    equal_both_kept: bool | None
    valid: bool
    unmixed: bool | None
    nothing_lost: bool | None
    milliseconds: float


def main(arguments: list[str] | None = None) -> int:
    """Replay and print. Exit code 2 when no repository has such a merge, 1 when nbpeer left an invalid notebook."""
    parser = command_line.parser("merge", __doc__)
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPOSITORY")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="only N merges, taken at random")
    asked = parser.parse_args(arguments)
    every = [case for repository in asked.repositories for case in replay(repository)]
    cases = [case for case in every if all(_value(content) for content in case[1:])]
    left_out = len(every) - len(cases)
    if asked.limit:
        cases = Random(0).sample(cases, min(asked.limit, len(cases)))
    if not cases:
        print("no merge in which both sides had changed a notebook", file=sys.stderr)
        return 2
    judged: dict[str, list[Judged]] = {}
    with tempfile.TemporaryDirectory() as folder:
        named = {f"{number:05}": case for number, case in enumerate(cases)}
        for name, case in named.items():
            case.write(Path(folder, name))
        for tool, run in available():
            judged[tool] = [judge(named[name], outcome) for name, outcome in run(Path(folder))]
    print(f"merge: {len(cases)} merges ({left_out} with a version that is not JSON left out)\n\n{report(judged)}")
    return 0 if all(one.valid for one in judged[US]) else 1


def available() -> Iterator[tuple[str, Tool]]:
    """nbpeer as it is here, git, and nbdime when it can be installed."""
    yield US, _nbpeer
    yield "git, on the JSON", _git
    program = peers.installed("nbdime", "nbmerge")
    if program is None:
        print("nbdime could not be installed and is left out", file=sys.stderr)
    else:
        yield f"nbdime {peers.version(program)}", lambda folder: _nbdime(program.with_name("python"), folder)


def _nbpeer(folder: Path) -> Iterator[tuple[str, Outcome]]:
    from nbpeer.diff.merge import merge
    from nbpeer.errors import NbpeerError

    for case in sorted(folder.iterdir()):
        contents = [(case / f"{name}.ipynb").read_bytes() for name in ("base", "ours", "theirs")]
        begun = time.perf_counter()
        try:
            merged = merge(contents[0], contents[1], contents[2])
        except NbpeerError:
            yield case.name, Outcome(contents[1], False, time.perf_counter() - begun)
        else:
            yield case.name, Outcome(merged.content, merged.clean, time.perf_counter() - begun)


def _git(folder: Path) -> Iterator[tuple[str, Outcome]]:
    for case in sorted(folder.iterdir()):
        begun = time.perf_counter()
        command = ["git", "merge-file", "-p", "ours.ipynb", "base.ipynb", "theirs.ipynb"]
        done = subprocess.run(command, cwd=case, capture_output=True, check=False)
        yield case.name, Outcome(done.stdout, done.returncode == 0, time.perf_counter() - begun)


def _nbdime(python: Path, folder: Path) -> Iterator[tuple[str, Outcome]]:
    command = [python, Path(__file__).with_name("merge_nbdime.py"), folder]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        name, code, seconds = json.loads(line)
        merged = folder / name / "merged.ipynb"
        yield name, Outcome(merged.read_bytes() if code >= 0 else None, code == 0, seconds)


def judge(case: Case, outcome: Outcome) -> Judged:
    """Compare what a tool left with what was committed and with what both sides had."""
    value = _value(outcome.content or b"")
    valid = value is not None and (_is_valid(value) or not all(_is_valid(_value(side)) for side in case[2:4]))
    if value is None or not outcome.resolved:
        return Judged(False, None, None, valid, None, None, outcome.seconds * 1000)
    base, ours, theirs, committed, merged = (
        _sources(_value(content)) for content in (*case[1:], outcome.content or b"")
    )
    equal = merged == committed
    return Judged(
        resolved=True,
        equal=equal,
        equal_both_kept=None if committed in (base, ours, theirs) and not equal else equal,
        valid=valid,
        unmixed=_runs(value) <= _runs(_value(case.ours)) | _runs(_value(case.theirs)),
        nothing_lost=all(_kept(base, side, merged) for side in (ours, theirs)),
        milliseconds=outcome.seconds * 1000,
    )


def report(judged: dict[str, list[Judged]]) -> str:
    """The figures as a table."""
    heads = ("resolved", "equal", "equal, both kept", "valid", "unmixed", "nothing lost", "median ms", "95 % ms")
    lines = [" " * 20 + "".join(f"{head:>18}" for head in heads)]
    for tool, outcomes in judged.items():
        shares = [_share([one[field] for one in outcomes]) for field in range(6)]
        times = sorted(one.milliseconds for one in outcomes)
        shares += [f"{statistics.median(times):.1f}", f"{times[int(len(times) * 0.95)]:.1f}"]
        lines.append(f"{tool:20}" + "".join(f"{share:>18}" for share in shares))
    return "\n".join(lines)


def _share(truths: list[Any]) -> str:
    known = [truth for truth in truths if truth is not None]
    return f"{sum(known)}/{len(known)} {sum(known) / len(known):.1%}" if known else "-"


def _value(content: bytes) -> Any:
    """The notebook; None when it is none."""
    try:
        value = json.loads(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) and ("cells" in value or "worksheets" in value) else None


def _cells(value: Any) -> list[Any]:
    return [cell for sheet in value.get("worksheets") or [value] for cell in sheet["cells"]]


def _text(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


def _sources(value: Any) -> list[tuple[str, str]]:
    """Every cell's type and source, as nbformat 4 has them: nbdime turns older notebooks into it."""
    found = []
    for cell in _cells(value):
        kind, source = cell["cell_type"], _text(cell.get("source", cell.get("input", "")))
        if kind == "heading":
            kind, source = "markdown", "#" * cell.get("level", 1) + " " + source.replace("\n", " ")
        found.append((kind, source))
    return found


def _lines(sources: list[tuple[str, str]]) -> set[str]:
    return {line.strip() for _, source in sources for line in source.split("\n") if line.strip()}


def _kept(base: list[tuple[str, str]], side: list[tuple[str, str]], merged: list[tuple[str, str]]) -> bool:
    """Whether each line that is new on a side is in the merged notebook, or a line with all that is new in it: the
    words by which it differs from the line of the base that it is most like."""
    before, there = _lines(base), _lines(merged)
    for line in _lines(side) - before - there:
        like = get_close_matches(line, before, 1, 0.5)
        new = Counter(_WORD.findall(line)) - Counter(_WORD.findall(like[0] if like else ""))
        if not any(new <= Counter(_WORD.findall(other)) for other in there):
            return False
    return True


def _runs(value: Any) -> set[str]:
    """What was shown under which source, in one spelling."""
    shown = [
        (_text(cell.get("source", cell.get("input", ""))), cell["outputs"])
        for cell in _cells(value)
        if cell.get("outputs")
    ]
    return {json.dumps([source, _joined(outputs)], sort_keys=True) for source, outputs in shown}


def _joined(value: Any) -> Any:
    if isinstance(value, dict):
        # What the formats call differently, and counts, which every tool may renumber.
        return {key: _joined(item) for key, item in value.items() if key not in ("execution_count", "prompt_number")}
    if isinstance(value, list):
        return "".join(value) if all(isinstance(item, str) for item in value) else [_joined(item) for item in value]
    return value


def _is_valid(value: Any) -> bool:
    from nbformat.validator import iter_validate

    names = [cell["id"] for cell in value.get("cells", []) if "id" in cell]
    return len(set(names)) == len(names) and not any(iter_validate(value))


if __name__ == "__main__":
    sys.exit(main())
