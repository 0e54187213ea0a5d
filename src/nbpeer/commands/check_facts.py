"""What the rules may know besides a notebook: its configuration, kind, results, history and the repository's files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path, PurePosixPath

from nbpeer.checks.apply import Subject
from nbpeer.checks.dependencies import FILES, read_dependencies
from nbpeer.checks.facts import Dependencies, FirstResults, Rerun
from nbpeer.checks.rule import CheckContext
from nbpeer.commands.decision_facts import DecisionFacts
from nbpeer.commands.metric_facts import metric_facts
from nbpeer.config import CheckConfig, CheckOverride, Config, check_config_for
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.front_matter import FrontMatter, FrontMatterError, parse_front_matter
from nbpeer.model.kind import Kind
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import ResultsFile, results_path
from nbpeer.repo import git
from nbpeer.repo.git import selected
from nbpeer.repo.store import read_results_file
from nbpeer.repo.templates import find_kind, kind_names
from nbpeer.review.checklist import DEFAULT_TIER

Subjects = Callable[[Notebook], Subject]


def subjects(
    root: Path | None, config: Config, kind: Callable[[str], Kind | None] | None = None
) -> Callable[[Mapping[str, str]], Subjects]:
    """What turns the notebooks of one repository (None: a plain folder) into subjects of a check, once it is told the
    first commit that holds results of each, as `repo.history.first_results` finds it for all at once.

    `kind` finds a kind by name, None in the working tree. What all notebooks have in common is read once.
    """
    names = kind_names(root, config)
    kinds = cache(kind or partial(find_kind, root, config))
    base = root or Path.cwd()
    dependencies = cache(partial(dependencies_of, base))
    decisions = DecisionFacts(root) if root else None
    metrics = metric_facts(root, config)

    def subject(firsts: Mapping[str, FirstResults], notebook: Notebook) -> Subject:
        front = _front_matter(notebook)
        results, problem = _results(base, WORKTREE, notebook.path)
        context = CheckContext(
            config=effective_config(config.check, notebook.path, front),
            kind=_kind(front, kinds),
            known_kinds=names,
            results=results,
            results_problem=problem,
            first=firsts.get(notebook.path) if front and results else None,
            decisions=decisions.of(notebook.path) if decisions else (),
            dependencies=dependencies(str(PurePosixPath(notebook.path).parent)) if root else None,
            metrics=metrics,
        )
        return Subject(notebook, context, partial(read_beside, base, notebook.path))

    return lambda began: partial(subject, _firsts(root, began) if root and began else {})


def effective_config(config: CheckConfig, path: str, front: FrontMatter | None) -> CheckConfig:
    """The configuration of one analysis, by its path, kind and tier."""

    def fits(override: CheckOverride) -> bool:
        tier = (front.tier if front else None) or DEFAULT_TIER
        return (
            (not override.paths or selected(path, override.paths, ()))
            and (not override.kinds or (front is not None and front.kind in override.kinds))
            and (not override.tiers or (front is not None and tier in override.tiers))
        )

    return check_config_for(config, fits) if config.overrides else config


def with_rerun(subject: Subject, rerun: Rerun) -> Subject:
    """The subject with what a fresh run of it gave."""
    return subject._replace(context=subject.context._replace(rerun=rerun))


def read_beside(base: Path, notebook: str, name: str) -> bytes | None:
    """A file that a notebook names relative to its folder; None when it is not there, or outside of `base`."""
    path = (base / notebook).parent / name
    try:
        inside = path.resolve().is_relative_to(base.resolve())
        return path.read_bytes() if inside and path.is_file() else None
    except (OSError, ValueError):
        return None


def dependencies_of(base: Path, folder: str) -> Dependencies:
    """What the dependency files in a folder and in those above it name, and the modules that lie there or in `src`."""
    files: dict[str, bytes] = {}
    local: set[str] = set()
    place = PurePosixPath(folder)
    for name in dict.fromkeys([str(place), *map(str, place.parents), "src"]):
        try:
            entries = list((base / name).iterdir())
        except OSError:
            continue
        for entry in entries:
            if FILES.fullmatch(entry.name) and entry.is_file():
                files[entry.relative_to(base).as_posix()] = entry.read_bytes()
            elif entry.suffix in (".py", ".ipynb", ".so") or (entry.is_dir() and entry.name.isidentifier()):
                local.add(entry.name.partition(".")[0])
    return read_dependencies(files, local)


def _front_matter(notebook: Notebook) -> FrontMatter | None:
    try:
        return parse_front_matter(notebook)
    except FrontMatterError:  # NBP201 reports it
        return None


def _kind(front: FrontMatter | None, kinds: Callable[[str], Kind | None]) -> Kind | None:
    return kinds(front.kind) if front and front.kind else None


def _results(base: Path, version: Version, path: str) -> tuple[ResultsFile | None, str]:
    """What the last run recorded, and why it cannot be read."""
    try:
        return read_results_file(base, version, path), ""
    except NbpeerError as error:
        return None, error.message
    except OSError as error:
        return None, f"{results_path(path)} could not be read ({error.strerror})"


def _firsts(root: Path, began: Mapping[str, str]) -> dict[str, FirstResults]:
    """The hypothesis of each notebook at its first committed results; those that cannot be read are left out."""
    found = {}
    with git.reading(root) as read:
        for path, commit in began.items():
            content = read(Version("commit", commit), path)
            with suppress(NbpeerError):
                before = _front_matter(parse_notebook(content, path)) if content is not None else None
                if before:
                    found[path] = FirstResults(commit, before.hypothesis)
    return found
