"""The commands that a page of the documentation shows, as CONTRIBUTING.md says how pages are written, and what the
page says of their output."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

# An indented block is one of commands when a line of it begins with one of these, or with the prompt.
STARTS = (
    "$ ", "nbpeer ", "git ", "pip ", "make ", "python ", ".venv/bin/", "papermill ", "jupyter ", "dask ", "kubectl ",
    "cd ", "pre-commit ", "ruff ", "uv ", "pipx ", "docker ", "dbt ",
)  # fmt: skip
_FENCE = re.compile(r"^( *)(```+)(\S*)")
_COMMENT = re.compile(r"<!-- *(hidden|not run|ends|file|begin)(?: \"(.+?)\")?:\s*(.*?)\s*-->", re.DOTALL)


class Step(NamedTuple):
    """One thing the shell is given, and the exit codes it may end with.

    `shown` is the output the page shows, none when it shows none. A hidden step is what the reader does by hand, or
    has already. Only nbpeer itself may end with 1 unsaid: it says that there is something to look at.
    """

    line: int
    text: str
    codes: tuple[int, ...] = (0,)
    shown: tuple[str, ...] = ()
    hidden: bool = False


class Page(NamedTuple):
    """`begin` is the prepared repository the page starts in; `not_run` the commands that do not run, and why."""

    begin: str
    steps: tuple[Step, ...]
    not_run: tuple[tuple[str, str], ...]


Said = list[tuple[str, str]]


def read_page(text: str) -> Page:
    """The steps of a page in order."""
    lines = text.splitlines()
    begin, at = "team", 0
    steps: list[Step] = []
    not_run: Said = []
    marks: dict[str, Said] = {}
    while at < len(lines):
        if lines[at].startswith("<!--"):
            comment, at, start = *_until(lines, at, "-->"), at
            if found := _COMMENT.fullmatch(comment):
                word, part, said = found.groups()
                if word == "hidden":
                    steps.append(Step(start + 1, said, hidden=True))
                elif word == "begin":
                    begin = said
                else:
                    marks.setdefault(word, []).append((part or "", said))
            continue
        language, block, start, at = _block(lines, at)
        if block is None:
            continue
        if name := _said(marks, "file", ""):
            written = "\n".join([f"cat > {name} <<'END OF FILE'", *block, "END OF FILE"])
            steps.append(Step(start, written, hidden=True))
        elif _is_commands(language, block):
            commands = _commands(block, start)
            not_run += [(step.text, why) for step in commands if (why := _said(marks, "not run", step.text))]
            steps += [_with_codes(step, marks) for step in commands if not _said(marks, "not run", step.text)]
        marks = {}
    return Page(begin, tuple(steps), tuple(not_run))


def _said(marks: dict[str, Said], word: str, command: str) -> str:
    """What the comments before a block say under a word of one command."""
    return next((said for part, said in marks.get(word, []) if part in command), "")


def _with_codes(step: Step, marks: dict[str, Said]) -> Step:
    if said := _said(marks, "ends", step.text):
        return step._replace(codes=(int(said),))
    return step._replace(codes=(0, 1)) if step.text.startswith("nbpeer ") else step


def _until(lines: list[str], at: int, end: str) -> tuple[str, int]:
    stop = next(number for number in range(at, len(lines)) if end in lines[number])
    return "\n".join(lines[at : stop + 1]), stop + 1


def _block(lines: list[str], at: int) -> tuple[str, list[str] | None, int, int]:
    """The block that begins at a line: language ("" when indented), lines, and the numbers of its first line and
    of what follows."""
    if fence := _FENCE.match(lines[at]):
        indent, ticks, language = fence.groups()
        stop = next(number for number in range(at + 1, len(lines)) if lines[number].strip() == ticks)
        return language, [line.removeprefix(indent) for line in lines[at + 1 : stop]], at + 2, stop + 1
    if lines[at].startswith("    ") and not (at and lines[at - 1].strip()):
        stop = at
        while stop < len(lines) and (lines[stop].startswith("    ") or not lines[stop]):
            stop += 1
        block = [line.removeprefix("    ") for line in lines[at:stop]]
        while not block[-1]:
            block.pop()
        return "", block, at + 1, stop
    return "", None, at, at + 1


def _is_commands(language: str, block: list[str]) -> bool:
    if language:
        return language in ("console", "sh", "bash", "shell")
    return any(line.startswith(STARTS) for line in block)


def _commands(block: list[str], start: int) -> list[Step]:
    """The commands of a block: those behind a prompt with the output below each, or else every line."""
    prompted = any(line.startswith("$ ") for line in block)
    found: list[Step] = []
    open_line = False
    for number, line in enumerate(block, start):
        if open_line:
            found[-1] = found[-1]._replace(text=f"{found[-1].text}\n{line.removeprefix('> ')}")
        elif not prompted and line.strip() and not line.startswith("#"):
            found.append(Step(number, line))
        elif line.startswith("$ "):
            found.append(Step(number, line[2:]))
        elif prompted and found:
            found[-1] = found[-1]._replace(shown=(*found[-1].shown, line))
            continue
        open_line = bool(found) and _goes_on(found[-1].text)
    return [step._replace(shown=_without_blank_end(step.shown)) for step in found]


def _goes_on(command: str) -> bool:
    """Whether the shell would ask for another line: a line that says so, or a here-document without its end."""
    here = re.search(r"<<'?(\w+)", command)
    return command.endswith(("\\", "&&", "|")) or (here is not None and command.splitlines()[-1] != here[1])


def _without_blank_end(shown: tuple[str, ...]) -> tuple[str, ...]:
    while shown and not shown[-1].strip():
        shown = shown[:-1]
    return shown


# What differs from run to run, and what the page may therefore show of another run.
_VOLATILE = (
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|\+00:00)?)?\b"), "DATE"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b"), "DIGEST"),
    (re.compile(r"\b\d+(?:\.\d+)? (?:ms|s|seconds?)\b"), "TIME"),
)


def differs(shown: tuple[str, ...], output: str) -> str:
    """How an output is not what the page shows: "" when it is.

    `…` stands for anything in a line, alone on one for any lines.
    """
    pattern = []
    for line in shown:
        if line.strip() == "…":
            pattern.append(r"(?:.*\n)*?")
        else:
            pattern.append(".*".join(re.escape(part) for part in _stable(line.rstrip()).split("…")) + r"\n")
    lines = [_stable(line.rstrip()) for line in output.rstrip().splitlines()]
    got = "".join(f"{line}\n" for line in lines)
    if re.fullmatch("".join(pattern), got):
        return ""
    return "the page shows\n" + "\n".join(shown) + "\n\nand the command prints\n" + output


def _stable(line: str) -> str:
    for volatile, name in _VOLATILE:
        line = volatile.sub(name, line)
    return line


def pages(root: Path) -> list[Path]:
    """README.md, CONTRIBUTING.md and docs/*.md."""
    return [root / "README.md", root / "CONTRIBUTING.md", *sorted(root.glob("docs/*.md"))]
