"""Apply the rules to notebooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.checks.apply import check_notebooks
from nbpeer.checks.rules import selected
from nbpeer.commands.check_cache import Cache
from nbpeer.commands.check_facts import subjects
from nbpeer.commands.check_many import Found, Progress, check_files
from nbpeer.config import CheckConfig, Config, load_config
from nbpeer.errors import NbpeerError
from nbpeer.model.baseline import Baseline, mark_known, updated
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.finding import CheckReport
from nbpeer.model.kind import Kind
from nbpeer.model.notebook import Notebook
from nbpeer.naming import is_notebook
from nbpeer.repo.git import relative
from nbpeer.repo.git import selected as is_analysis
from nbpeer.repo.history import first_results
from nbpeer.repo.listing import notebooks_below, work_tree
from nbpeer.repo.store import read_baseline, write_baseline


class CheckOptions(NamedTuple):
    """How to check. `select` and `ignore` replace those of the configuration, `extend_ignore` adds to what is ignored.

    `cached`: answer for unchanged notebooks from the cache. `baseline`: leave out what the baseline knows;
    `update_baseline`: write it anew.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    cached: bool = True
    baseline: bool = True
    update_baseline: bool = False


DEFAULTS = CheckOptions()


class Scope(NamedTuple):
    """What one call is about: the repository (None outside one), its configuration, the files by name in the report."""

    root: Path | None
    config: Config
    files: tuple[tuple[str, Path], ...]


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


def check(paths: Sequence[Path], options: CheckOptions = DEFAULTS, progress: Progress = no_progress) -> CheckReport:
    """Check notebooks and folders; without `paths` every analysis of the repository, or of this folder outside one.

    What the configuration does not include is left out, also when it is named: hooks name whatever changed. Paths in
    the report are relative to the repository.

    A file that cannot be read as a notebook gets a finding NBP001 and is not among `checked`; the others are checked
    all the same. Raises NbpeerError for a path that is not there, a rule that does not exist, a baseline that is none.
    """
    scope = find_scope(paths, options)
    cache = (
        Cache(scope.root, scope.config, [name for name, _ in scope.files]) if scope.root and options.cached else None
    )
    report = _report(check_files(scope.root, scope.config, scope.files, progress, cache))
    if scope.root is None:
        if options.update_baseline:
            raise NbpeerError("a baseline is kept in a git repository, and this is none", "run `git init` first")
        return report
    if options.update_baseline:
        known = read_baseline(scope.root, WORKTREE) if paths else Baseline()
        write_baseline(scope.root, updated(known, report.findings, frozenset(report.checked), whole=not paths))
    return with_baseline(scope.root, scope.config, report, WORKTREE) if options.baseline else report


def find_scope(paths: Sequence[Path], options: CheckOptions = DEFAULTS) -> Scope:
    """The repository, configuration and files that a call is about. Raises NbpeerError as `check`."""
    root = work_tree(paths[0] if paths else Path.cwd())
    base = root or Path.cwd()
    config = load_config(base)
    ignored = (*(options.ignore or config.check.ignore), *options.extend_ignore)
    rules = msgspec.structs.replace(config.check, select=options.select or config.check.select, ignore=ignored)
    config = msgspec.structs.replace(config, check=rules)
    _refuse_unknown(rules)
    return Scope(root, config, tuple(_find(paths or (base,), base, config)))


def check_content(
    root: Path | None,
    config: Config,
    notebooks: Sequence[Notebook],
    kind: Callable[[str], Kind | None] | None = None,
) -> CheckReport:
    """Check notebooks that were read already, from git or an editor; their paths are relative to `root` (None: whole).

    `kind` finds a kind by name, None in the working tree. Recorded results, and files that the notebooks name (`%run`,
    `import *`), are read in the working tree. The baseline is not looked at.
    """
    began = first_results(root, [notebook.path for notebook in notebooks]) if root else {}
    subject = subjects(root, config, kind)(began)
    findings = check_notebooks([subject(notebook) for notebook in notebooks])
    return CheckReport(findings, tuple(sorted(notebook.path for notebook in notebooks)))


def applied_rules(config: CheckConfig) -> frozenset[str]:
    """The codes of the rules a configuration selects. Raises NbpeerError when it names a rule that is not there."""
    return frozenset(rule.code for rule in selected(config) if "rerun" not in rule.needs)


def with_baseline(root: Path, config: Config, report: CheckReport, version: Version) -> CheckReport:
    """The report with the findings marked that the baseline of a version knows. Raises NbpeerError when it is none."""
    baseline = read_baseline(root, version)
    if not baseline.notebooks:
        return report
    findings, stale = mark_known(baseline, report.findings, frozenset(report.checked), applied_rules(config.check))
    return msgspec.structs.replace(report, findings=findings, stale=stale)


def _report(found: Sequence[Found]) -> CheckReport:
    ordered = sorted(found, key=lambda item: item.name)
    findings = tuple(finding for item in ordered for finding in item.findings)
    return CheckReport(findings, tuple(item.name for item in ordered if item.readable))


def _refuse_unknown(config: CheckConfig) -> None:
    """Raises NbpeerError for a rule that does not exist, in the overrides as well."""
    selected(config)
    for override in config.overrides:
        words = msgspec.structs.replace(config, select=(*config.select, *override.select), severity=override.severity)
        selected(msgspec.structs.replace(words, ignore=(*config.ignore, *override.ignore)))


def _find(paths: Sequence[Path], base: Path, config: Config) -> list[tuple[str, Path]]:
    found: dict[str, Path] = {}
    for path in paths:
        if path.is_dir() and not is_notebook(path.name):
            candidates = notebooks_below(path)
        elif not path.exists():
            raise NbpeerError(f"{path} is not there", "name a notebook or a folder that is")
        elif not is_notebook(path.name):
            raise NbpeerError(f"{path} is not a notebook", "name .ipynb files or folders")
        else:
            candidates = [path]
        for candidate in candidates:
            name = _name(base, candidate)
            if is_analysis(name, config.include, config.exclude):
                found[name] = candidate
    return sorted(found.items())


def _name(base: Path, path: Path) -> str:
    """The path as the report gives it: relative to the repository where it is inside, with forward slashes."""
    try:
        return relative(base, path)
    except NbpeerError:
        return path.as_posix()
