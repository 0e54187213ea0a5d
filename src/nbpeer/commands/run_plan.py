"""What `nbpeer run` would execute. Everything that can be refused is refused here, before the first kernel starts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from nbpeer.config import Config, load_config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE
from nbpeer.model.front_matter import FrontMatter, parse_front_matter
from nbpeer.model.kind import Parameter
from nbpeer.model.notebook import Notebook
from nbpeer.naming import without_extension
from nbpeer.repo.git import find_root, relative
from nbpeer.repo.git import selected as is_analysis
from nbpeer.repo.listing import notebooks_below
from nbpeer.repo.store import executed_path, read_notebook
from nbpeer.repo.templates import find_kind
from nbpeer.run.execute import Job
from nbpeer.run.kernels import find_kernel
from nbpeer.run.matrix import ParameterSet, read_matrix
from nbpeer.run.parameters import Given, refuse_unknown, resolve
from nbpeer.run.secrets import read_secrets

_DEFAULTS = ParameterSet({}, "", "")


class RunOptions(NamedTuple):
    """How to run. What is empty or None is taken from the configuration, then from the notebook: its kernel and folder.

    `timeout` is seconds a cell, 0 for none; `jobs` how many notebooks at once, 0 for one a processor. `fresh` ignores
    the cache. `changed` is a revision: only what changed since runs. `matrix` is a file of parameter sets. `secrets`
    are names to read from the environment. `dask` is the address of a cluster, or `local`. `plain` starts each kernel
    anew instead of forking it.
    """

    kernel: str = ""
    folder: Path | None = None
    timeout: int | None = None
    report_mode: bool = False
    prepare_only: bool = False
    jobs: int = 0
    fresh: bool = False
    changed: str = ""
    matrix: Path | None = None
    secrets: tuple[str, ...] = ()
    dask: str = ""
    plain: bool = False


class PlannedRun(NamedTuple):
    """One run to be: the job, and what the analysis says of itself."""

    job: Job
    front: FrontMatter
    config: Config
    why: str = ""

    @property
    def locations(self) -> list[str]:
        """Where the analysis says its data are."""
        return [source.location for source in self.front.data_sources]


def plan_all(found: Sequence[tuple[Path, str, str]], given: Given, options: RunOptions) -> tuple[PlannedRun, ...]:
    """The runs of the notebooks `found`: root, path in it, and why it runs.

    Raises NbpeerError for the first thing that cannot be run: invalid notebooks and front matter, parameters and
    secrets that a notebook does not declare, kernels that are not installed, secrets that are not there.
    """
    sets = read_matrix(options.matrix) if options.matrix else (_DEFAULTS,)
    secrets = read_secrets(options.secrets, os.environ)
    if options.matrix and len(found) > 1:
        raise NbpeerError(f"--matrix runs one notebook, and these are {len(found)}", "name one notebook")
    planned = []
    for root, path, why in found:
        config = load_config(root)
        notebook = read_notebook_at(root, path)
        front = parse_front_matter(notebook) or FrontMatter()
        _refuse_secrets(notebook, secrets, given)
        kind = _kind_parameters(root, config, front)
        for one in sets:
            parameters = resolve(notebook, given, kind, one.values)
            job = Job(
                root=root,
                notebook=notebook,
                output=output_path(root, path, one),
                parameters=parameters,
                kernel=find_kernel(notebook, options.kernel or config.run.kernel),
                folder=options.folder or (root / path).parent,
                timeout=config.run.timeout if options.timeout is None else options.timeout,
                report_mode=options.report_mode,
                engine="plain" if options.plain else "",
                label=one.label,
                secrets=secrets,
            )
            planned.append(PlannedRun(job, front, config, why))
    return tuple(planned)


def plan(path: Path, given: Given, options: RunOptions) -> tuple[Job, FrontMatter]:
    """What `run` would execute for one notebook, and its front matter. Raises NbpeerError as `run`, starts nothing."""
    root = find_root(path)
    (found,) = plan_all([(root, relative(root, path), "")], given, options)
    return found.job, found.front


def find_notebooks(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """The notebooks that paths name, each once, as root and path in it: of a folder the analyses in it, by path.

    Raises NbpeerError for a path that is not there or in no repository, and for folders without any analysis.
    """
    found: dict[tuple[Path, str], None] = {}
    for path in paths:
        for root, name in _below(path) if path.is_dir() else iter([_named(path)]):
            found[root, name] = None
    return list(found)


def read_notebook_at(root: Path, path: str) -> Notebook:
    """The notebook in the working tree. Raises NbpeerError when it is not there, unreadable or no notebook."""
    try:
        notebook = read_notebook(root, WORKTREE, path)
    except OSError as error:
        raise NbpeerError(f"{path} could not be read ({error.strerror})", "name a notebook you may read") from None
    if notebook is None:
        raise NbpeerError(f"{path} is not there", "name a notebook of this repository")
    return notebook


def output_path(root: Path, path: str, one: ParameterSet) -> str:
    """Where a run's executed notebook is kept; that of a parameter set in a folder named like the notebook."""
    whole = relative(root, executed_path(root, path))
    return f"{without_extension(whole)}/{one.file}.ipynb" if one.file else whole


def _named(path: Path) -> tuple[Path, str]:
    root = find_root(path)
    return root, relative(root, path)


def _below(folder: Path) -> Iterator[tuple[Path, str]]:
    root = find_root(folder)
    config = load_config(root)
    names = [relative(root, path) for path in notebooks_below(folder)]
    names = [name for name in names if is_analysis(name, config.include, config.exclude)]
    if not names:
        raise NbpeerError(f"{folder} holds no analysis", "name a notebook, or see `include` in the configuration")
    return ((root, name) for name in names)


def _kind_parameters(root: Path, config: Config, front: FrontMatter) -> tuple[Parameter, ...]:
    kind = find_kind(root, config, front.kind) if front.kind else None
    return kind.parameters if kind else ()


def _refuse_secrets(notebook: Notebook, secrets: dict[str, str], given: Given) -> None:
    refuse_unknown(notebook, secrets)
    twice = {name for name, _ in (*given.typed, *given.raw)} & secrets.keys()
    if twice:
        raise NbpeerError(f"{min(twice)} is given both as a parameter and as a secret", "give it once")
