"""Apply the rules to notebooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.checks.apply import Subject, Watch, check_notebooks, unreadable
from nbpeer.checks.rule import CheckContext
from nbpeer.checks.rules import selected
from nbpeer.config import CheckConfig, Config, load_config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.finding import CheckReport, Finding
from nbpeer.model.front_matter import FrontMatterError, parse_front_matter
from nbpeer.model.kind import Kind
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import ResultsFile, results_path
from nbpeer.repo.git import relative
from nbpeer.repo.git import selected as is_analysis
from nbpeer.repo.listing import notebooks_below, work_tree
from nbpeer.repo.store import read_results_file
from nbpeer.repo.templates import find_kind, kind_names


class _Source(NamedTuple):
    """Where recorded results and kinds come from; without `kind` from the working tree."""

    version: Version = WORKTREE
    kind: Callable[[str], Kind | None] | None = None


def check(
    paths: Sequence[Path],
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    extend_ignore: tuple[str, ...] = (),
    watch: Watch = iter,
) -> CheckReport:
    """Check notebooks and folders; without `paths` every analysis of the repository, or of this folder outside one.

    What the configuration does not include is left out, also when it is named: hooks name whatever changed. `select`
    and `ignore` replace those of the configuration, `extend_ignore` adds to what is ignored. Paths in the report are
    relative to the repository.

    A file that cannot be read as a notebook gets a finding NBP001 and is not among `checked`; the others are checked
    all the same. Raises NbpeerError for a path that is not there, and for a rule that does not exist.
    """
    start = paths[0] if paths else Path.cwd()
    root = work_tree(start)
    base = root or Path.cwd()
    config = load_config(base)
    ignored = (*(ignore or config.check.ignore), *extend_ignore)
    rules = msgspec.structs.replace(config.check, select=select or config.check.select, ignore=ignored)
    config = msgspec.structs.replace(config, check=rules)
    selected(config.check)
    notebooks: list[Notebook] = []
    broken: list[Finding] = []
    for path in _find(paths or (base,), base, config):
        name = _name(base, path)
        try:
            notebooks.append(parse_notebook(path.read_bytes(), name))
        except NbpeerError as error:
            broken.append(unreadable(name, error.message.removeprefix(name).strip(), error.hint))
        except OSError as error:
            broken.append(unreadable(name, f"it could not be read ({error.strerror})", "mend its permissions"))
    report = _check(root, config, notebooks, watch=watch)
    findings = sorted((*broken, *report.findings), key=lambda finding: finding.path)
    return msgspec.structs.replace(report, findings=tuple(findings))


def check_content(
    root: Path,
    config: Config,
    notebooks: Sequence[Notebook],
    version: Version = WORKTREE,
    kind: Callable[[str], Kind | None] | None = None,
) -> CheckReport:
    """Check notebooks that were read already, from git or an editor; their paths are relative to `root`.

    Recorded results are those of `version`; `kind` finds a kind by name, None in the working tree. Files that the
    notebooks name (`%run`, `import *`) are read in the working tree.
    """
    return _check(root, config, notebooks, _Source(version, kind))


def applied_rules(config: CheckConfig) -> frozenset[str]:
    """The codes of the rules a configuration selects. Raises NbpeerError when it names a rule that is not there."""
    return frozenset(rule.code for rule in selected(config))


def _check(
    root: Path | None,
    config: Config,
    notebooks: Sequence[Notebook],
    source: _Source | None = None,
    watch: Watch = iter,
) -> CheckReport:
    version, kind = source or _Source()
    names = kind_names(root, config)
    kinds = cache(kind or partial(find_kind, root, config))
    base = root or Path.cwd()
    subjects = []
    for notebook in notebooks:
        results, problem = _results(base, version, notebook.path)
        context = CheckContext(config.check, _kind(notebook, kinds), names, results, problem)
        subjects.append(Subject(notebook, context, partial(_read, base, notebook.path)))
    checked = tuple(sorted(notebook.path for notebook in notebooks))
    return CheckReport(check_notebooks(subjects, watch), checked)


def _results(base: Path, version: Version, path: str) -> tuple[ResultsFile | None, str]:
    """What the last run recorded, and why it cannot be read."""
    try:
        return read_results_file(base, version, path), ""
    except NbpeerError as error:
        return None, error.message
    except OSError as error:
        return None, f"{results_path(path)} could not be read ({error.strerror})"


def _kind(notebook: Notebook, kinds: Callable[[str], Kind | None]) -> Kind | None:
    try:
        found = parse_front_matter(notebook)
    except FrontMatterError:  # NBP201 reports it
        return None
    return kinds(found.kind) if found and found.kind else None


def _find(paths: Sequence[Path], base: Path, config: Config) -> list[Path]:
    found: dict[str, Path] = {}
    for path in paths:
        if path.is_dir() and path.suffix != ".ipynb":
            candidates = notebooks_below(path)
        elif not path.exists():
            raise NbpeerError(f"{path} is not there", "name a notebook or a folder that is")
        elif path.suffix != ".ipynb":
            raise NbpeerError(f"{path} is not a notebook", "name .ipynb files or folders")
        else:
            candidates = [path]
        for candidate in candidates:
            name = _name(base, candidate)
            if is_analysis(name, config.include, config.exclude):
                found[name] = candidate
    return [found[name] for name in sorted(found)]


def _name(base: Path, path: Path) -> str:
    """The path as the report gives it: relative to the repository where it is inside, with forward slashes."""
    try:
        return relative(base, path)
    except NbpeerError:
        return path.as_posix()


def _read(base: Path, notebook: str, name: str) -> bytes | None:
    """A file that a notebook names relative to its folder; None when it is not there, or outside of `base`."""
    path = (base / notebook).parent / name
    try:
        inside = path.resolve().is_relative_to(base.resolve())
        return path.read_bytes() if inside and path.is_file() else None
    except (OSError, ValueError):
        return None
