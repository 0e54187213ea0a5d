"""IPython's own syntax turned into plain Python, line for line, so that `ast` and ruff can read a cell.

Every line keeps its number. What IPython would hand to a shell, to another language or to a help viewer becomes `pass`,
and is kept aside as a Magic for the rules that want it. The syntax is that of IPython's input transformers:
https://ipython.readthedocs.io/en/stable/interactive/reference.html
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

# Cell magics whose body runs as Python in the notebook's own namespace.
PYTHON_CELL_MAGICS = frozenset("time timeit capture prun memit mprun pyinstrument snakeviz heat scalene local".split())
# Line magics whose argument is a Python statement or expression that runs in the notebook's own namespace.
_PYTHON_LINE_MAGICS = frozenset("time timeit prun memit lprun mprun".split())
# What people type without `%` because IPython's automagic allows it; none of these lines is valid Python.
_AUTOMAGIC = (
    "autoreload cat cd conda cp env less load_ext ls mamba matplotlib mkdir more mv pip pylab reload_ext rm run store"
)

MagicKind = Literal["line", "cell", "shell", "help"]


class Magic(NamedTuple):
    """One use of IPython syntax: `line` counts inside the cell, `text` is what follows the magic's name."""

    kind: MagicKind
    name: str
    text: str
    line: int


class Translation(NamedTuple):
    """A cell as Python. `language` is "python", or the cell magic that hands the cell to something else.

    `shifts` says by how many columns a line moved to the left, by line number.
    """

    text: str
    language: str = "python"
    magics: tuple[Magic, ...] = ()
    shifts: Mapping[int, int] = {}


def translate(source: str) -> Translation:
    """The cell's source as plain Python with the same number of lines."""
    lines, dedented = _without_leading_indent(source.split("\n"))
    magics, shifts = _cell_magics(lines)
    if magics and magics[-1].name not in PYTHON_CELL_MAGICS:
        return Translation("\n" * (len(lines) - 1), magics[-1].name, tuple(magics))
    for number in _statement_starts(lines):
        found = _translate_line(lines, number)
        if found is None:
            continue
        magic, lines[number], shifts[number + 1] = found
        while magic.text.endswith("\\") and number + 1 < len(lines):
            number += 1
            magic = magic._replace(text=magic.text[:-1] + lines[number].strip())
            lines[number] = ""
        magics.append(magic)
    total = {line: shifts.get(line, 0) + dedented.get(line, 0) for line in shifts.keys() | dedented.keys()}
    return Translation("\n".join(lines), "python", tuple(magics), total)


def _without_leading_indent(lines: list[str]) -> tuple[list[str], dict[int, int]]:
    """The lines less the indentation of the first one, as IPython takes it out, and how much that is by line number."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    moved = {number: len(indent) for number, line in enumerate(lines, 1) if indent and line.startswith(indent)}
    return [line.removeprefix(indent) for line in lines], moved


def _cell_magics(lines: list[str]) -> tuple[list[Magic], dict[int, int]]:
    """The `%%` lines at the top, and the shifts of what stays of them.

    In `lines` they are blanked, but for Python that stands behind them (`%%timeit total = 0`). The last one's text
    holds the body when that is not Python.
    """
    found: list[Magic] = []
    shifts: dict[int, int] = {}
    # IPython wants them first; Colab, like readers, lets comments stand above them.
    start = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    for number in range(start, len(lines)):
        match = _CELL_MAGIC.match(lines[number])
        if match is None and (language := _LANGUAGE.match(lines[number])) and any(lines[number + 1 :]):
            return [*found, Magic("cell", language["name"], "\n".join(("", *lines[number + 1 :])), number + 1)], shifts
        if match is None:
            break
        name = match["name"] or "!"
        if name not in PYTHON_CELL_MAGICS:
            text = "\n".join((match["text"], *lines[number + 1 :]))
            return [*found, Magic("cell", name, text, number + 1)], shifts
        found.append(Magic("cell", name, match["text"], number + 1))
        code, shifts[number + 1] = _statement(lines[number], match.start("text"))
        lines[number] = code if name in _PYTHON_LINE_MAGICS else ""
    return found, shifts


_CELL_MAGIC = re.compile(r"(?:%%(?P<bang>!)|%%(?P<name>[\w.]+))[ \t]*(?P<text>.*)$")
# Databricks writes the language of a cell with one sign. https://docs.databricks.com/notebooks/notebooks-code.html
_LANGUAGE = re.compile(r"%(?P<name>sql|scala|r|sh|md|fs)[ \t]*$")
_LINE = re.compile(
    r"(?P<indent>\s*)"
    r"(?:(?P<target>[\w.,*\[\]()'\" \t]+?)\s*=\s*(?=[%!]))?"
    r"(?:(?P<shell>!!?)|%[ \t]*(?P<name>[\w.]+)|(?P<call>[;,/])(?![ \t]*=)|(?P<auto>"
    + "|".join(_AUTOMAGIC.split())
    + r")(?=\s+[^\s=(\[.,:+*/%&|<>^]|\s*$))"
    r"[ \t]*(?P<text>.*)$"
)
_HELP = re.compile(
    r"(?P<indent>\s*)(?:\?{1,2}\s*(?P<before>[\w.%*]+)|(?P<after>%{0,2}[\w.*]+(?:\[\w+\])?)\?{1,2})\s*;?\s*(?:#.*)?$"
)
_OPTIONS = re.compile(r"(?:-[fmsTDl]\s*\S+\s+|-[a-zA-Z]+(?:\s*\d+)?\s+|--\w[\w-]*\s+)*")


def parse(source: str) -> ast.Module | None:
    """The syntax tree of Python source, or None when it is not Python of this interpreter's version."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _translate_line(lines: list[str], number: int) -> tuple[Magic, str, int] | None:
    """The magic that starts on a line, the Python that stands for it, and how far that moved to the left."""
    line = lines[number]
    if match := _HELP.match(line):
        return Magic("help", "?", match["before"] or match["after"], number + 1), match["indent"] + "pass", 0
    match = _LINE.match(line)
    if match is None or (match["auto"] and match["target"]):
        return None
    name = match["shell"] or match["name"] or match["auto"] or match["call"]
    magic = Magic("shell" if match["shell"] else "line", name, match["text"], number + 1)
    indent, target = match["indent"], match["target"]
    if target:
        return magic, f"{indent}{target} = None", 0
    if name not in _PYTHON_LINE_MAGICS:
        return magic, indent + "pass", 0
    code, shift = _statement("\n".join(lines[number:]) if _is_open(match["text"]) else line, match.start("text"))
    return magic, indent + (code.partition("\n")[0] or "pass"), shift - len(indent) if code else 0


def _statement(text: str, start: int) -> tuple[str, int]:
    """The Python behind a magic and its options, and where it starts; nothing when it is not Python."""
    options = _OPTIONS.match(text, start)
    begin = options.end() if options else start
    return (text[begin:], begin) if text[begin:].strip() and parse(text[begin:]) else ("", 0)


def _is_open(text: str) -> bool:
    """Whether a line ends inside brackets, so that the statement goes on below it."""
    return list(_statement_starts([text, ""])) == [0]


_TOKEN = re.compile(
    r"""(?P<comment>\#.*)|(?P<triple>\"\"\"|''')|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?P<open>[\[({])|(?P<close>[\])}])"""
)


def _statement_starts(lines: list[str]) -> Iterator[int]:
    """The numbers (from 0) of the lines on which a statement starts, not one goes on."""
    quote, depth, continued = "", 0, False
    for number in range(len(lines)):
        if not quote and not depth and not continued:
            yield number
        # Read only now: whoever takes the number may have put `pass` in the place of a magic.
        line, position = lines[number], 0
        code = line
        while True:
            if quote:
                closing = re.compile(r"(?:\\.|[^\\])*?" + quote).match(line, position)
                if closing is None:
                    break
                position, quote = closing.end(), ""
            token = _TOKEN.search(line, position)
            if token is None:
                break
            position = token.end()
            if token["comment"] is not None:
                code = line[: token.start()]
                break
            quote = token["triple"] or ""
            depth = max(0, depth + (token["open"] is not None) - (token["close"] is not None))
        continued = not quote and code.endswith("\\")
