"""What `nbpeer init` puts into a repository: planned as whole files first, written afterwards."""

from __future__ import annotations

import json
import os
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import NamedTuple

from nbpeer.config import Config, load_config, parse_config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.setup import Outcome, Step
from nbpeer.repo import attributes, git, pre_commit
from nbpeer.repo.shared_files import appended, as_text, read_file, refuse_unwritable

IGNORED = (".nbpeer/runs/", ".nbpeer/cache/")
PULL_REQUEST = ".github/pull_request_template.md"
_MARK = "<!-- nbpeer:"
_PULL_REQUEST_TEXT = f"""{_MARK} what the reviewer of an analysis needs first -->
## Analyses in this pull request

| analysis | the decision it informs | packet (`nbpeer packet`) |
|---|---|---|
|  |  |  |

What changed in the results, in one sentence:

- [ ] `nbpeer run` after the last edit; `NAME.results.json` is committed
- [ ] `nbpeer check` reports no error

Reviewer: `nbpeer review PATH` asks the checklist of the analysis's kind and tier and records the sign-off;
`nbpeer status` is the gate.
"""
_TEMPLATES_TEXT = """# Our own kinds of analysis

A folder here is a kind: `KIND/analysis.ipynb`, `KIND/template.toml` and `KIND/checklist.yml`. It replaces the kind of
the same name that ships with nbpeer. `nbpeer new --list` shows them all.
"""
# The keys a team is most likely to want; docs/configuration.md has them all.
_SHOWN = {"": ("base", "include", "exclude"), "check": ("select", "ignore"), "gate": ("severity", "require_results")}


class Planned(NamedTuple):
    """One file as it will be; `content` is None when there is nothing to write."""

    step: Step
    content: bytes | None = None


def plan(root: Path, *, force: bool, with_filter: bool) -> tuple[Planned, ...]:
    """Every file that setting up would write, and what would happen to it. Writes nothing.

    `force` adds our settings where somebody else's stand; even then their lines stay.
    Raises NbpeerError for a file that cannot be read, understood or written.
    """
    config = load_config(root)
    planned = [_configuration(root), _templates(root, config), _hooks(root), _ignore(root)]
    if with_filter:
        planned.append(_attributes(root, config, force))
    planned.append(_pull_request(root, force))
    for path, content in planned:
        if content is not None:
            refuse_unwritable(root / path.path, path.path, root)
    return tuple(planned)


def write(root: Path, planned: tuple[Planned, ...]) -> None:
    """Write what was planned, each file atomically."""
    for step, content in planned:
        if content is not None:
            write_atomic(root / step.path, content)


def settings_text(table: str = "") -> str:
    """The configuration that a new set-up starts with; `table` is the TOML table it stands in ("" a file of its own).

    Everything but the templates' folder is a comment that states the default.
    """
    defaults = Config()
    lines = [
        *([f"[{table}]"] if table else []),
        "# nbpeer's docs/configuration.md lists every key. What stands here in comments is the default.",
        f"templates = {json.dumps(defaults.templates)}",
    ]
    for group, names in _SHOWN.items():
        if group:
            lines += ["", f"# [{table}.{group}]" if table else f"# [{group}]"]
        values = getattr(defaults, group) if group else defaults
        lines += [f"# {name.replace('_', '-')} = {json.dumps(getattr(values, name))}" for name in names]
    return "\n".join(lines) + "\n"


def _configuration(root: Path) -> Planned:
    own, shared = "nbpeer.toml", "pyproject.toml"
    if read_file(root / own, own) is not None:
        return Planned(Step(own, "unchanged", "it has the configuration"))
    content = read_file(root / shared, shared)
    if content is not None:
        if parse_config(content, shared, ("tool", "nbpeer")) is not None:
            return Planned(Step(shared, "unchanged", "it has [tool.nbpeer]"))
        longer = appended(content, "\n" + settings_text("tool.nbpeer"))
        try:
            parse_config(longer, shared, ("tool", "nbpeer"))
        except NbpeerError:  # `tool` is an inline table there, which TOML lets nobody extend
            pass
        else:
            return Planned(Step(shared, "appended", "[tool.nbpeer]"), longer)
    return Planned(Step(own, "created", "the configuration"), settings_text().encode())


def _templates(root: Path, config: Config) -> Planned:
    folder = root / config.templates
    if not folder.resolve().is_relative_to(root.resolve()):
        return Planned(Step(config.templates, "unchanged", "the team's kinds are kept outside this repository"))
    path = f"{git.relative(root, folder)}/README.md"
    if folder.exists():
        return Planned(Step(path, "unchanged", "the folder for the team's kinds is there"))
    return Planned(Step(path, "created", "the folder for the team's own kinds"), _TEMPLATES_TEXT.encode())


def _hooks(root: Path) -> Planned:
    name = pre_commit.CONFIG
    content = read_file(root / name, name)
    text = as_text(content, name)
    present = {hook.id for hook in pre_commit.hooks(text)}.intersection(pre_commit.OUR_HOOKS)
    if present:
        return Planned(Step(name, "unchanged", f"it has {' and '.join(sorted(present))}"))
    new = pre_commit.with_entry(text, pre_commit.our_entry(*release()))
    return Planned(
        Step(name, "created" if content is None else "appended", " and ".join(pre_commit.OUR_HOOKS)),
        new.encode(),
    )


def _ignore(root: Path) -> Planned:
    content = read_file(root / ".gitignore", ".gitignore")
    lines = {line.strip().strip("/") for line in as_text(content, ".gitignore").splitlines()}
    missing = [entry for entry in IGNORED if entry.strip("/") not in lines]
    if not missing:
        return Planned(Step(".gitignore", "unchanged", f"it has {' and '.join(IGNORED)}"))
    return _longer(root, ".gitignore", "".join(f"{entry}\n" for entry in missing), " and ".join(missing))


def _attributes(root: Path, config: Config, force: bool) -> Planned:
    """A rival filter is refused; with another tool's diff or merge driver ours does without that part."""
    found = attributes.look(root, git.notebooks(root, config.include, config.exclude))
    name = ".gitattributes"
    rivals = {other for other in found.others if other.startswith("filter=")}
    if rivals and not force:
        theirs = f"notebooks have {', '.join(sorted(rivals))}"
        return Planned(Step(name, "refused", f"{theirs}; --force adds a later line that wins"))
    contested = {other.partition("=")[0] for other in found.others}
    kinds = attributes.KINDS if force else tuple(kind for kind in attributes.KINDS if kind not in contested)
    if found.ours.issuperset(kinds) and not (force and contested):
        return Planned(Step(name, "unchanged", f"notebooks have {attributes.line(kinds).partition(' ')[2]}"))
    if not contested or not force:
        missing = [kind for kind in kinds if kind not in found.ours]
        content = read_file(root / name, name)
        longer = attributes.with_drivers(content, missing, first=bool(found.exempt))
        return Planned(Step(name, _grown(content), attributes.line(missing)), longer)
    clone = attributes.clone_attributes(root)
    if clone.is_file() and any(other in clone.read_text("utf-8", "replace") for other in found.others):
        name = os.path.relpath(clone, root)
    content = read_file(root / name, name)
    winning = attributes.with_drivers(content, kinds, last=True)
    if winning == content:
        theirs = f"notebooks have {', '.join(found.others)}"
        return Planned(Step(name, "refused", f"{theirs}, set in a folder's own .gitattributes"))
    return Planned(Step(name, _grown(content), attributes.line(kinds)), winning)


def _grown(content: bytes | None) -> Outcome:
    return "created" if content is None else "appended"


def _pull_request(root: Path, force: bool) -> Planned:
    """GitHub also looks in the top folder and in docs/, whatever the case of the name."""
    for folder in (".github", ".", "docs"):
        for path in sorted((root / folder).glob("*")):
            if path.is_file() and path.name.lower() in ("pull_request_template.md", "pull_request_template.txt"):
                return _other_pull_request(root, git.relative(root, path), force)
    return Planned(Step(PULL_REQUEST, "created", "the pull-request template"), _PULL_REQUEST_TEXT.encode())


def _other_pull_request(root: Path, name: str, force: bool) -> Planned:
    content = read_file(root / name, name)
    if _MARK in as_text(content, name):
        return Planned(Step(name, "unchanged", "it has nbpeer's part"))
    if not force:
        return Planned(Step(name, "refused", "it is somebody's own; --force appends nbpeer's part"))
    return _longer(root, name, "\n" + _PULL_REQUEST_TEXT, "nbpeer's part")


def _longer(root: Path, name: str, lines: str, detail: str) -> Planned:
    content = read_file(root / name, name)
    return Planned(Step(name, _grown(content), detail), appended(content, lines))


def release() -> tuple[str, str]:
    """The installed version ("" when unknown) and the address of its source ("" when it names none)."""
    try:
        links = metadata("nbpeer").get_all("Project-URL") or []
    except PackageNotFoundError:
        return "", ""
    named = {label.lower(): address for label, _, address in (link.partition(", ") for link in links)}
    return version("nbpeer"), named.get("source", "")
