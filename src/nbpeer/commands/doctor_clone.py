"""What the doctor asks of one clone: what strips notebooks there, what was committed, what can be run and measured."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from nbpeer.commands.strip import strip_options
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.conflict import conflict_record, is_conflicted
from nbpeer.model.notebook import Notebook
from nbpeer.model.setup import Diagnosis, State
from nbpeer.naming import EXTENSION
from nbpeer.repo import clone, drivers, git, pre_commit, setup
from nbpeer.repo.attributes import DRIVER, PROBE, look, values
from nbpeer.repo.rivals import drops_tags, keeps_metadata, of_attribute, rivals, tool_of
from nbpeer.strip import NotANotebook, strip

# Hooks that drop all cell metadata, tags included, unless told not to.
_DROPS_TAGS = {"nb-clean", "nbdev-clean", "nbdev_clean"}
# Each notebook is one question to git; nobody needs to hear of more.
_ENOUGH = 20


class Clone(NamedTuple):
    """What the questions are asked of: `notebooks` are the analyses that can be read."""

    root: Path
    config: Config
    paths: tuple[str, ...]
    notebooks: tuple[Notebook, ...]


def _filter(here: Clone) -> Diagnosis:
    """An attribute without a driver is the state to fear: git then adds notebooks as they are and says nothing."""
    attributes = values(here.root, (PROBE, *here.paths), "filter")
    ours = [path for path, found in attributes.items() if found["filter"] == DRIVER]
    others = sorted(other for other in look(here.root, here.paths).others if other.startswith("filter="))
    configured = _filter_settings(here)
    found = partial(Diagnosis, "filter")
    if others:
        text = f"notebooks have {', '.join(others)}"
        known = of_attribute(rivals(here.root), others[0])
        if not known:
            meaning = "git holds what that filter makes of them, which nbpeer may not be able to read"
            return found("problem", text, meaning, "nbpeer init --force")
        tool = tool_of(known)
        mend = f"nbpeer init --from {tool}" if tool else f"{known.remove} && nbpeer init --force"
        return found("warning", text, "they are stripped by other rules", mend)
    if not ours:
        return _without_filter(here, bool(configured))
    if not configured:
        text = f"*.ipynb filter={DRIVER} stands in the attributes, but this clone has no such filter"
        return found("problem", text, "notebooks are committed with their outputs from here", "nbpeer init")
    gone = drivers.missing_part(configured.get(f"filter.{DRIVER}.process", ""))
    if gone:
        return found("problem", f"the filter names {gone}, which is gone", "git cannot add notebooks", "nbpeer init")
    try:
        strips = clone.strips(here.root, ours[0], strip_options(here.config.strip))
    except git.GitRefusedError:
        return found("problem", "git's filter fails on a notebook", "git cannot add notebooks", "nbpeer init")
    if not strips:
        text = "git's filter does not strip as the configuration says"
        return found("problem", text, "what is committed is not what `nbpeer strip` leaves", "nbpeer init")
    wanted = drivers.settings(here.config.strip)
    other = [key for key in wanted if key.startswith("filter.") and wanted[key] != configured.get(key)]
    if other:
        text = f"the filter works, but `init` would set {', '.join(other)} differently now"
        return found("warning", text, "it may belong to another installation of nbpeer", "nbpeer init")
    capitals = tuple(path for path in here.paths if not path.endswith(EXTENSION) and path not in ours)
    if capitals:
        text = f"git does not strip {_some(capitals)}: its attributes tell capitals apart"
        return found("warning", text, "they are committed with their outputs", f"rename to {EXTENSION}")
    return found("ok", "git strips notebooks as it adds them")


def _filter_settings(here: Clone) -> dict[str, str]:
    return {key: value for key, value in drivers.configured(here.root).items() if key.startswith("filter.")}


def _without_filter(here: Clone, configured: bool) -> Diagnosis:
    if configured:
        text = "the filter is configured, but no attribute gives it the notebooks"
        return Diagnosis("filter", "warning", text, "git does not strip them", "nbpeer init")
    if "nbpeer-strip" in _hook_ids(here) and clone.hook_installed(here.root):
        return Diagnosis("filter", "ok", "none; the hook nbpeer-strip strips notebooks at each commit")
    return Diagnosis("filter", "warning", "none, and no hook", "nothing strips notebooks here", "nbpeer init")


def _other_drivers(here: Clone) -> Diagnosis:
    theirs = rivals(here.root)
    if not theirs:
        return Diagnosis("other drivers", "ok", "none")
    text = ", ".join(f"{rival.section} of {rival.tool}" for rival in theirs)
    filters = [rival for rival in theirs if rival.section.startswith("filter.")]
    if not filters:
        return Diagnosis("other drivers", "ok", f"{text}: they do not touch what is committed")
    return Diagnosis("other drivers", "warning", text, "two tools that strip can disagree", filters[0].remove)


def _diff_and_merge(here: Clone) -> Diagnosis:
    """A diff driver whose command is gone stops `git diff`; one that is not configured only shows JSON."""
    name = "diff and merge"
    configured = drivers.configured(here.root)
    for key in (f"diff.{DRIVER}.textconv", f"merge.{DRIVER}.driver"):
        gone = drivers.missing_part(configured[key]) if key in configured else ""
        if gone:
            meaning = f"git {key.partition('.')[0]} stops at a notebook"
            return Diagnosis(name, "problem", f"{key} names {gone}, which is gone", meaning, "nbpeer git install")
    found = look(here.root, here.paths)
    theirs = [other for other in found.others if not other.startswith("filter=")]
    if theirs:
        return Diagnosis(name, "ok", f"notebooks have {', '.join(theirs)}, which nbpeer leaves")
    if not (found.ours or configured):
        return Diagnosis(name, "ok", "as JSON; `nbpeer git install` makes git show text and merge cells")
    lacking = [f"{kind}={DRIVER}" for kind in ("diff", "merge") if kind not in found.ours]
    lacking += [key for key in (f"diff.{DRIVER}.textconv", f"merge.{DRIVER}.driver") if key not in configured]
    if lacking:
        meaning = "git diffs and merges notebooks as JSON, line by line"
        return Diagnosis(name, "warning", f"not set up: {', '.join(lacking)}", meaning, "nbpeer git install")
    return Diagnosis(name, "ok", "git shows notebooks as text, and merges them by cells")


def _working_copies(here: Clone) -> Diagnosis:
    """Merely running a notebook makes git call it modified, and refuse a pull that touches it."""
    found = clone.seemingly_modified(here.root)
    if not found:
        return Diagnosis("working copies", "ok", "git calls no notebook modified that is not")
    meaning = "only outputs differ, but git refuses to pull over them, and `git stash` loses them; see docs/git.md"
    mend = _on_paths("add", found[:_ENOUGH])
    return Diagnosis("working copies", "warning", f"modified only for git: {_some(found)}", meaning, mend)


def _conflicts(here: Clone) -> Diagnosis:
    """A notebook that nbpeer merged stays valid: nothing but its cells tells that somebody has to decide."""
    found = [
        notebook.path
        for notebook in here.notebooks
        if conflict_record(notebook.metadata) is not None or any(map(is_conflicted, notebook.cells))
    ]
    if not found:
        return Diagnosis("conflicts", "ok", "no notebook has conflicted cells")
    meaning = "a merge left both versions in their cells, and somebody has to choose"
    mend = f"nbpeer conflicts {shlex.join(found[:_ENOUGH])}"
    return Diagnosis("conflicts", "problem", f"conflicted: {_some(found)}", meaning, mend)


def _hooks(here: Clone) -> Diagnosis:
    if not set(pre_commit.OUR_HOOKS) & _hook_ids(here):
        text = f"no nbpeer hook in {pre_commit.CONFIG}"
        return Diagnosis("hooks", "warning", text, "nothing checks notebooks at a commit", "nbpeer init")
    if not clone.hook_installed(here.root):
        meaning = "the hooks do not run when you commit in this clone"
        return Diagnosis(
            "hooks", "warning", "pre-commit is configured but not installed", meaning, "pre-commit install"
        )
    return Diagnosis("hooks", "ok", "pre-commit runs nbpeer's hooks")


def _tags(here: Clone) -> Diagnosis:
    droppers = [hook.id for hook in _all_hooks(here) if hook.id in _DROPS_TAGS and not keeps_metadata(hook.args)]
    if drops_tags(here.root):
        droppers.append("the filter nb-clean")
    if not droppers:
        return Diagnosis("tags", "ok", "nothing drops cell tags")
    meaning = "cell tags are dropped at commit, `parameters` among them, so runs ignore their parameters"
    mend = "take it out, or give it --preserve-cell-metadata tags"
    return Diagnosis("tags", "problem", " and ".join(droppers), meaning, mend)


def _history(here: Clone) -> Diagnosis:
    """A notebook that HEAD holds unstripped is modified for git as soon as it is touched."""
    found = list(islice(_unstripped(here), _ENOUGH))
    if not found:
        return Diagnosis("history", "ok", "every notebook in HEAD is stripped")
    meaning = "once touched they are modified for git, which then refuses to pull over them, though nobody edits them"
    strip = "git add --renormalize ." if _filter_settings(here) else "nbpeer strip . && git add -u"
    mend = f"{strip} && git commit -m 'Strip outputs'"
    count = f"{len(found)}{' or more' * (len(found) == _ENOUGH)}"
    return Diagnosis("history", "warning", f"{count} in HEAD not stripped: {_some(found)}", meaning, mend)


def _unstripped(here: Clone) -> Iterator[str]:
    for path in clone.committed_unstripped(here.root):
        if git.selected(path, here.config.include, here.config.exclude):
            content = git.read(here.root, Version("commit", "HEAD"), path) or b""
            with suppress(NotANotebook):  # it was committed as it is, and will be again
                if strip(content, strip_options(here.config.strip)) is not content:
                    yield path


def _ignored(here: Clone) -> Diagnosis:
    private = tuple(f"{folder}x" for folder in setup.IGNORED)
    shared = (".nbpeer/signoffs/x.json", "x.results.json")
    ignored = clone.ignored(here.root, (*private, *shared))
    lost = sorted(ignored.intersection(shared))
    if lost:
        text = f"git ignores {' and '.join(path.replace('x.', '*.') for path in lost)}"
        mend = f"take that line out of the file that `git check-ignore -v --no-index {lost[0]}` names"
        return Diagnosis("ignored", "problem", text, "what a review rests on would not be committed", mend)
    if ignored < set(private):
        text = f"git does not ignore {' and '.join(setup.IGNORED)}"
        return Diagnosis("ignored", "warning", text, "executed notebooks could be committed", "nbpeer init")
    return Diagnosis("ignored", "ok", f"git ignores {' and '.join(setup.IGNORED)} and nothing that counts")


def _results(here: Clone) -> Diagnosis:
    orphans = clone.orphaned_results(here.root)
    if not orphans:
        return Diagnosis("results", "ok", "every results file has its notebook")
    meaning = "their notebook was moved or deleted; they vouch for nothing"
    return Diagnosis("results", "warning", f"without notebook: {_some(orphans)}", meaning, _on_paths("rm", orphans[:3]))


def _kernels(here: Clone) -> Diagnosis:
    wanted: dict[str, str] = {}
    for notebook in here.notebooks:
        name = (notebook.metadata.get("kernelspec") or {}).get("name")
        if name:
            wanted.setdefault(str(name), notebook.path)
    try:
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError:
        return Diagnosis("kernels", "warning", "unknown", "nothing can be run here", 'pip install "nbpeer[run]"')
    missing = sorted(wanted.keys() - KernelSpecManager().find_kernel_specs().keys())
    if not missing:
        return Diagnosis("kernels", "ok", f"installed: {', '.join(sorted(wanted)) or 'none is asked for'}")
    text = "; ".join(f"{name} is not installed, {wanted[name]} asks for it" for name in missing)
    mend = f"python -m ipykernel install --user --name {missing[0]}, or nbpeer run -k KERNEL"
    return Diagnosis("kernels", "warning", text, "those notebooks cannot be run here as they are", mend)


def _identity(here: Clone) -> Diagnosis:
    email = git.identity(here.root)
    if clone.names_email(here.root):
        return Diagnosis("identity", "ok", email)
    meaning = "git guessed it from this machine's name, and a sign-off is bound to it"
    return Diagnosis("identity", "warning", email, meaning, "git config user.email YOU@EXAMPLE.ORG")


def _base(here: Clone) -> Diagnosis:
    if not git.has_commits(here.root):
        return Diagnosis("base", "ok", "no commit yet")
    try:
        base = git.default_base(here.root, here.config.base)
    except NbpeerError as error:
        state: State = "problem" if git.is_shallow(here.root) or here.config.base else "warning"
        return Diagnosis("base", state, error.message, "diff and status do not know what changed", error.hint)
    return Diagnosis("base", "ok", f"changes are measured against {base.label}")


def _all_hooks(here: Clone) -> tuple[pre_commit.Hook, ...]:
    content = git.read(here.root, WORKTREE, pre_commit.CONFIG)
    return pre_commit.hooks((content or b"").decode("utf-8", "replace"))


def _hook_ids(here: Clone) -> set[str]:
    return {hook.id for hook in _all_hooks(here)}


def _on_paths(verb: str, paths: tuple[str, ...]) -> str:
    """The git command on just these files, some of which may look like a pattern, pathspec magic or a flag."""
    odd = any(path.startswith((":", "-")) or set("*?[\\") & set(path) for path in paths)
    return f"git {'--literal-pathspecs ' * odd}{verb} {'-- ' * odd}{shlex.join(paths)}"


def _some(paths: list[str] | tuple[str, ...]) -> str:
    """At most three paths as a shell would read them, and how many more there are."""
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return shlex.join(paths[:3]) + more


QUESTIONS: tuple[Callable[[Clone], Diagnosis], ...] = (
    _filter, _other_drivers, _diff_and_merge, _working_copies, _conflicts, _hooks, _tags,
    _history, _ignored, _results, _kernels, _identity, _base,
)  # fmt: skip
