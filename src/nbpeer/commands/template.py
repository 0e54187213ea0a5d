"""`nbpeer template check`: whether a kind can be used, before a team uses it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from nbpeer import yaml
from nbpeer.checks.rules import RULES
from nbpeer.checks.sections import plain_title, sections
from nbpeer.config import Config, load_config
from nbpeer.errors import NbpeerError
from nbpeer.model.front_matter import FrontMatterError, front_matter_text, parse_front_matter
from nbpeer.model.kind import Kind
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.parameter import as_text, fitted, refuse_out_of_order
from nbpeer.repo.git import find_root
from nbpeer.repo.templates import NAME, NOTEBOOK, TEMPLATE, load_common, read_kind
from nbpeer.review.shown import KEYS
from nbpeer.strip import strip


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong with a kind: the file it is in, and what it is."""

    file: str
    message: str


class TemplateReport(msgspec.Struct, frozen=True):
    """What was found in a kind's folder; `ran` is whether it was executed as well."""

    folder: str
    kind: str
    problems: tuple[Problem, ...]
    ran: bool = False


def check_template(folder: Path, *, run: bool = False) -> TemplateReport:
    """Look at the kind in `folder`: its three files, how they fit together, and with `run` whether it runs.

    It runs as `nbpeer new` would make it, in a folder of its own, with the data it ships. Raises NbpeerError when there
    is no such folder.
    """
    if not folder.is_dir():
        raise NbpeerError(f"{folder} is not a folder", "name the folder of a kind, with template.toml in it")
    folder = folder.resolve()
    try:
        kind = read_kind(folder)
        notebook = parse_notebook(kind.notebook, NOTEBOOK)
    except NbpeerError as error:
        return TemplateReport(str(folder), folder.name, (Problem("", str(error)),))
    found = [*_about_name(kind), *_about_notebook(notebook, kind), *_about_parameters(notebook, kind)]
    found += [*_about_order(kind), *_about_checklist(folder, kind)]
    ran = run and not found
    if ran:
        found += _about_run(kind)
    return TemplateReport(str(folder), kind.name, tuple(found), ran)


def _about_name(kind: Kind) -> Iterator[Problem]:
    if not NAME.fullmatch(kind.name):
        yield Problem("", f"the folder's name {kind.name!r} cannot be a kind: lower-case letters, digits, _ and -")


def _about_notebook(notebook: Notebook, kind: Kind) -> Iterator[Problem]:
    import nbformat

    try:
        nbformat.validate(nbformat.reads(notebook.raw.decode(), as_version=4))
    except nbformat.ValidationError as error:
        yield Problem(NOTEBOOK, f"it is not a valid notebook ({str(error).partition(chr(10))[0]})")
    if strip(notebook.raw) != notebook.raw:
        yield Problem(NOTEBOOK, "it has outputs, counts or other volatile parts: `nbpeer strip` takes them out")
    yield from _about_front_matter(notebook, kind)
    titles = {plain_title(section.title): section for section in sections(notebook)}
    for wanted in kind.sections:
        section = titles.get(plain_title(wanted))
        if section is None or section.empty:
            yield Problem(NOTEBOOK, f"the section “{wanted}” is {'missing' if section is None else 'empty'}")


def _about_front_matter(notebook: Notebook, kind: Kind) -> Iterator[Problem]:
    text = front_matter_text(notebook)
    if text is None:
        yield Problem(NOTEBOOK, "its first cell has no front matter")
        return
    try:
        front = parse_front_matter(notebook)
    except FrontMatterError as error:
        yield Problem(NOTEBOOK, str(error))
        return
    if front is None:
        return
    if front.kind != kind.name:
        yield Problem(NOTEBOOK, f"its front matter says kind {front.kind!r}, and the folder is {kind.name!r}")
    for key in kind.required:
        if key not in front.lines:
            yield Problem(NOTEBOOK, f"its front matter lacks `{key}`, which {TEMPLATE} requires")
    if yaml.dump(yaml.load_commented(text)) != text:
        yield Problem(NOTEBOOK, "its front matter is laid out in a way that `nbpeer new` would change")


def _about_parameters(notebook: Notebook, kind: Kind) -> Iterator[Problem]:
    cell = next((cell for cell in notebook.cells if "parameters" in cell.tags), None)
    if cell is None:
        if kind.parameters:
            yield Problem(NOTEBOOK, f"no cell is tagged parameters, and {TEMPLATE} declares some")
        return
    assigned = _assigned(cell.source) if notebook.language == "python" else None
    if assigned is None:
        return
    declared = {parameter.name: parameter for parameter in kind.parameters}
    for name in assigned.keys() - declared.keys():
        yield Problem(TEMPLATE, f"the parameters cell assigns `{name}`, which is not declared")
    for name, parameter in declared.items():
        if name not in assigned:
            yield Problem(NOTEBOOK, f"the parameters cell does not assign `{name}`")
        elif assigned[name] != parameter.default:
            yield Problem(TEMPLATE, f"`{name}` defaults to {parameter.default!r}, and the cell has {assigned[name]!r}")
        try:
            fitted(parameter, as_text(parameter.default))
        except NbpeerError as error:
            yield Problem(TEMPLATE, f"the default of `{name}` does not fit its own rules: {error}")
        if not parameter.help:
            yield Problem(TEMPLATE, f"`{name}` has no help")


def _about_order(kind: Kind) -> Iterator[Problem]:
    try:
        refuse_out_of_order(kind.parameters, {parameter.name: parameter.default for parameter in kind.parameters})
    except NbpeerError as error:
        yield Problem(TEMPLATE, f"the defaults do not fit together: {error}")


def _assigned(source: str) -> dict[str, Any] | None:
    """What a Python cell assigns; None for what is not plain assignments of literals."""
    try:
        body = ast.parse(source).body
        pairs = [
            (node.targets[0] if isinstance(node, ast.Assign) else node.target, node.value)
            for node in body
            if isinstance(node, ast.Assign | ast.AnnAssign)
        ]
        return {target.id: ast.literal_eval(value) for target, value in pairs if isinstance(target, ast.Name) and value}
    except (SyntaxError, ValueError):
        return None


def _about_checklist(folder: Path, kind: Kind) -> Iterator[Problem]:
    file = "checklist.yml"
    codes = {rule.code for rule in RULES}
    common = {item.id for item in load_common(*_settings(folder)).items}
    headings = {plain_title(section) for section in kind.sections}
    for item in kind.items:
        if item.id in common:
            yield Problem(file, f"item {item.id} is one of the items that every kind asks: name it otherwise")
        for code in item.evidence:
            if code not in codes:
                yield Problem(file, f"item {item.id} names {code} as its evidence, and there is no such rule")
        for shown in item.show:
            if shown not in KEYS and plain_title(shown) not in headings:
                yield Problem(file, f"item {item.id} shows {shown!r}, which is neither a section nor {', '.join(KEYS)}")
        if item.ticked_by == "auto" and not item.evidence:
            yield Problem(file, f"item {item.id} is automatic and names no rule as its evidence")


def _settings(folder: Path) -> tuple[Path | None, Config]:
    try:
        root = find_root(folder)
    except NbpeerError:
        return None, Config()
    return root, load_config(root)


def _about_run(kind: Kind) -> Iterator[Problem]:
    from nbpeer.results.read import read_results
    from nbpeer.run.execute import Job, execute
    from nbpeer.run.kernels import find_kernel

    with TemporaryDirectory() as place:
        root = Path(place)
        (root / NOTEBOOK).write_bytes(kind.notebook)
        notebook = parse_notebook(kind.notebook, NOTEBOOK)
        job = Job(
            root=root,
            notebook=notebook,
            output="executed.ipynb",
            parameters={},
            kernel=find_kernel(notebook, ""),
            folder=root,
            timeout=0,
            report_mode=False,
        )
        executed = execute(job, lambda step: None)
    if executed.error:
        yield Problem(NOTEBOOK, f"it does not run: {executed.error}")
        return
    found = read_results(parse_notebook(executed.content, NOTEBOOK))
    if not found.results:
        yield Problem(NOTEBOOK, "it runs and publishes no named result")
    for item in found.expectations:
        if not item.passed:
            yield Problem(NOTEBOOK, f"it runs, and its expectation {item.name!r} fails ({item.detail})")
