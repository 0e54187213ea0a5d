"""Many notebooks checked: those that are unchanged from the cache, the others in parallel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from nbpeer.checks.apply import check_notebooks, unreadable
from nbpeer.commands.check_cache import Cache, Entry, digest
from nbpeer.commands.check_facts import Subjects, subjects
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.finding import Finding
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.repo.history import first_results

Progress = Callable[[int, int], None]
_CHUNK = 32  # notebooks a call of ruff
_ALONE = 2 * _CHUNK  # up to so many notebooks, starting processes takes longer than it saves


class Found(NamedTuple):
    """One file: its name in the report, the findings in it, and whether it is a notebook at all."""

    name: str
    findings: tuple[Finding, ...]
    readable: bool = True


class _Task(NamedTuple):
    files: tuple[tuple[str, Path], ...]
    began: dict[str, str]


_Of = Callable[[Mapping[str, str]], Subjects]


def check_files(
    root: Path | None, config: Config, files: Sequence[tuple[str, Path]], progress: Progress, cache: Cache | None
) -> list[Found]:
    """What the rules find in each file, in the order given; `files` are names in the report and paths.

    `progress` is told how many of how many are done.
    """
    found: dict[str, Found] = {}
    waiting: list[tuple[str, Path]] = []
    for name, path in files:
        entry = cache.find(name, path) if cache else None
        if entry:
            found[name] = Found(name, entry.findings)
        else:
            waiting.append((name, path))
    chunks = [tuple(waiting[start : start + _CHUNK]) for start in range(0, len(waiting), _CHUNK)]
    began = cache.began if cache else {}
    if root and waiting and not cache:
        began = first_results(root, [name for name, _ in waiting])
    of_chunk = [{name: began[name] for name, _ in chunk if name in began} for chunk in chunks]
    tasks = [_Task(chunk, known) for chunk, known in zip(chunks, of_chunk, strict=True)]
    for results in _all(root, config, tasks):
        for item, entry in results:
            found[item.name] = item
            if cache and entry:
                cache.keep(item.name, entry)
        progress(len(found), len(files))
    if cache:
        cache.save()
    return [found[name] for name, _ in files]


_Result = list[tuple[Found, Entry | None]]


def _all(root: Path | None, config: Config, tasks: list[_Task]) -> Iterator[_Result]:
    """The results of all tasks as they come: here when they are few, else in as many processes as there are cores."""
    workers = min(os.cpu_count() or 1, len(tasks))
    if workers < 2 or sum(len(task.files) for task in tasks) <= _ALONE:
        yield from map(partial(_check, subjects(root, config)), tasks) if tasks else ()
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    # Not forked: the progress display has a thread.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawn) as pool:
        try:
            for done in as_completed([pool.submit(_check_there, root, config, task) for task in tasks]):
                yield done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_of_process: list[_Of] = []  # in a process of the pool, which has one repository: what its tasks have in common


def _check_there(root: Path | None, config: Config, task: _Task) -> _Result:
    if not _of_process:
        _of_process.append(subjects(root, config))
    return _check(_of_process[0], task)


def _check(of: _Of, task: _Task) -> _Result:
    """The findings in the files of one task, each with what the cache has to know."""
    results: dict[str, tuple[Found, Entry | None]] = {}
    notebooks: list[Notebook] = []
    for name, path in task.files:
        read = _read(name, path)
        if isinstance(read, Notebook):
            notebooks.append(read)
        else:
            results[name] = Found(name, (read,), readable=False), None
    subject = of(task.began)
    seen: dict[str, dict[str, str]] = {notebook.path: {} for notebook in notebooks}
    made = [subject(notebook) for notebook in notebooks]
    made = [one._replace(read=_noting(one.read, seen[one.notebook.path])) for one in made]
    findings = check_notebooks(made)
    for one in made:
        name = one.notebook.path
        own = tuple(finding for finding in findings if finding.path == name)
        results[name] = Found(name, own), Entry(digest(one.notebook.raw), own, seen[name])
    return [results[name] for name, _ in task.files]


def _read(name: str, path: Path) -> Notebook | Finding:
    try:
        return parse_notebook(path.read_bytes(), name)
    except NbpeerError as error:
        return unreadable(name, error.message.removeprefix(name).strip(), error.hint)
    except OSError as error:
        return unreadable(name, f"it could not be read ({error.strerror})", "mend its permissions")


def _noting(read: Callable[[str], bytes | None], seen: dict[str, str]) -> Callable[[str], bytes | None]:
    """A reader of files that notes what each looked like."""

    def noting(name: str) -> bytes | None:
        content = read(name)
        seen[name] = digest(content)
        return content

    return noting
