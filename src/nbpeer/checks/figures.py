"""What a cell draws with matplotlib, and what it says on the axes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.checks.claims import HEADLINES
from nbpeer.checks.program import Part, Program
from nbpeer.checks.sections import plain_title, sections

# Methods of axes, and functions of pyplot, that draw data against two axes.
_DRAWS = frozenset(
    "plot scatter bar barh hist hist2d step errorbar fill_between boxplot violinplot stackplot semilogx semilogy "
    "loglog stem hexbin eventplot ecdf".split()
)
_X = frozenset("xlabel set_xlabel supxlabel set_xticklabels xticks set_xticks".split())
_Y = frozenset("ylabel set_ylabel supylabel set_yticklabels yticks set_yticks".split())
_TITLE = frozenset("title set_title suptitle".split())
_AXES = re.compile(r"(?:ax|axs|axes|axis)\w*|\w+_ax|g?ca")


class Figure(NamedTuple):
    """What one cell draws: its first drawing call, and which of x, y and title it names.

    `published`: it is a named figure, saved to a file, or stands under results.
    """

    part: Part
    call: ast.Call
    named: frozenset[str]
    published: bool


def figures(program: Program) -> Iterator[Figure]:
    """One figure for each cell that draws, in order. Libraries that name axes themselves (seaborn, plotly) are none."""
    if not any(name.startswith(("matplotlib", "pylab")) for name in program.imported.values()):
        return
    axes = _axes_names(program)
    helpers = {function.name: _named(function) for _, function in program.nodes(ast.FunctionDef)}
    results = _under_results(program)
    drawing: dict[int, tuple[Part, ast.Call]] = {}
    said: dict[int, set[str]] = {}
    public: set[int] = set()
    for part, call in program.nodes(ast.Call):
        index = part.cell.index
        if _draws(program, call, axes):
            drawing.setdefault(index, (part, call))
        said.setdefault(index, set()).update(_names_said(call, helpers))
        if _publishes(program, call):
            public.add(index)
    for index, (part, call) in drawing.items():
        yield Figure(part, call, frozenset(said[index]), index in public or index in results)


def bars_above_zero(program: Program) -> Iterator[tuple[Part, ast.Call, float]]:
    """Axis limits above zero in cells that draw bars, with the limit."""
    bars: dict[int, set[str]] = {}
    for part, call in program.nodes(ast.Call):
        if direction := _bars(program, call):
            bars.setdefault(part.cell.index, set()).add(direction)
    for part, call in program.nodes(ast.Call):
        for direction in bars.get(part.cell.index, ()):
            limit = _lower_limit(call, "y" if direction == "up" else "x")
            if limit is not None and limit > 0:
                yield part, call, limit


def misleading_forms(program: Program) -> Iterator[tuple[Part, ast.Call, str]]:
    """Second axes, bars and pies in three dimensions, pies of more than six slices."""
    lengths = {
        target.id: len(node.value.elts)
        for _, node in program.nodes(ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value, ast.List | ast.Tuple)
    }
    for part, call in program.nodes(ast.Call):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name in ("twinx", "twiny") or _is_true(call, "secondary_y"):
            yield part, call, "two scales in one plot: where the lines cross is the author's choice"
        elif name == "bar3d":
            yield part, call, "bars in three dimensions: the ones behind look smaller"
        elif name == "pie" and (slices := _slices(call, lengths)) > 6:
            yield part, call, f"a pie of {slices} slices: nobody can compare them"


def _draws(program: Program, call: ast.Call, axes: frozenset[str]) -> bool:
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _DRAWS:
        return False
    if program.dotted(func).startswith(("matplotlib.pyplot.", "pylab.")):
        return True
    owner = func.value.value if isinstance(func.value, ast.Subscript) else func.value
    return isinstance(owner, ast.Name) and (owner.id in axes)


def _axes_names(program: Program) -> frozenset[str]:
    """Names that hold axes: what `subplots`, `gca` and `add_subplot` give, and parameters called like axes."""
    found = {argument.arg for _, argument in program.nodes(ast.arg) if _AXES.fullmatch(argument.arg)}
    for _, node in program.nodes(ast.Assign):
        value = node.value
        name = value.func.attr if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) else ""
        if name not in ("subplots", "gca", "add_subplot", "axes", "subplot", "add_axes", "subplot_mosaic"):
            continue
        for target in node.targets:
            found |= {inner.id for inner in ast.walk(target) if isinstance(inner, ast.Name)}
    return frozenset(found)


def _named(node: ast.AST) -> frozenset[str]:
    calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
    return frozenset(word for call in calls for word in _names_said(call, {}))


def _names_said(call: ast.Call, helpers: dict[str, frozenset[str]]) -> set[str]:
    """Which of x, y and title a call names."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    said = set(helpers.get(name, ()))
    for words, what in ((_X, "x"), (_Y, "y"), (_TITLE, "title")):
        if name in words and (call.args or call.keywords):
            said.add(what)
    for keyword in call.keywords:
        if keyword.arg in ("xlabel", "ylabel", "title"):
            said.add(keyword.arg.removesuffix("label"))
        elif keyword.arg is None and name in ("set", "update"):
            said |= {"x", "y", "title"}
    if name in ("axis", "set_axis_off", "barh", "bar") or name.startswith(("plot_tree", "imshow", "set_axis_labels")):
        said |= _without_scale(name, call)
    return said


def _without_scale(name: str, call: ast.Call) -> set[str]:
    """Axes that are switched off need no name, and bars with names for labels name themselves."""
    if name == "set_axis_off" or (name == "axis" and any(getattr(value, "value", "") == "off" for value in call.args)):
        return {"x", "y", "title"}
    if name == "set_axis_labels":
        return {"x", "y"}
    return {"bar": {"x"}, "barh": {"y"}}.get(name, set())


def _publishes(program: Program, call: ast.Call) -> bool:
    name = program.dotted(call.func)
    return name in ("nbpeer.figure", "nbpeer.publish.figure") or name.endswith(".savefig")


def _under_results(program: Program) -> frozenset[int]:
    """The numbers of cells under the headings where an analysis says what it found."""
    found: set[int] = set()
    heads = sections(program.notebook)
    for order, section in enumerate(heads):
        if plain_title(section.title) in HEADLINES:
            after = (later.cell.index for later in heads[order + 1 :] if later.level <= section.level)
            found |= set(range(section.cell.index, next(after, len(program.notebook.cells))))
    return frozenset(found)


def _bars(program: Program, call: ast.Call) -> str:
    """Which way a call's bars go: up, right, or not at all (empty)."""
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else ""
    kind = next((k.value.value for k in call.keywords if k.arg == "kind" and isinstance(k.value, ast.Constant)), "")
    if name in ("bar", "barplot", "countplot") or (name == "plot" and kind == "bar"):
        based = any(keyword.arg in ("bottom", "orient") for keyword in call.keywords)
        return "" if based else "up"
    if name == "barh" or (name == "plot" and kind == "barh"):
        return "" if any(keyword.arg == "left" for keyword in call.keywords) else "right"
    return ""


def _lower_limit(call: ast.Call, axis: str) -> float | None:
    """The lower limit that a call gives to an axis, when it is a number."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    value: ast.expr | None = keywords.get(f"{axis}lim")
    if name in (f"{axis}lim", f"set_{axis}lim"):
        value = keywords.get("bottom" if axis == "y" else "left") or keywords.get(f"{axis}min")
        value = value or (call.args[0] if call.args else None)
    if isinstance(value, ast.Tuple | ast.List) and value.elts:
        value = value.elts[0]
    number = value.value if isinstance(value, ast.Constant) else None
    return float(number) if isinstance(number, int | float) and not isinstance(number, bool) else None


def _is_true(call: ast.Call, name: str) -> bool:
    return any(k.arg == name and isinstance(k.value, ast.Constant) and k.value.value is True for k in call.keywords)


def _slices(call: ast.Call, lengths: dict[str, int]) -> int:
    named = (keyword.value for keyword in call.keywords if keyword.arg in ("x", "labels", "explode"))
    sizes = [
        len(value.elts) if isinstance(value, ast.List | ast.Tuple) else lengths.get(getattr(value, "id", ""), 0)
        for value in (*call.args[:1], *named)
    ]
    return max(sizes, default=0)
