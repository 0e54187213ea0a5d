"""What `nbpeer init` puts into a repository: planned as whole files first, written afterwards."""

from __future__ import annotations

import json
import os
import stat
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import NamedTuple

from nbpeer.config import Config, load_config, parse_config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.setup import Step
from nbpeer.repo import drivers, git, pre_commit

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
            _refuse_unwritable(root, path.path)
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
    if _read(root, own) is not None:
        return Planned(Step(own, "unchanged", "it has the configuration"))
    content = _read(root, shared)
    if content is not None:
        if parse_config(content, shared, ("tool", "nbpeer")) is not None:
            return Planned(Step(shared, "unchanged", "it has [tool.nbpeer]"))
        longer = _append(content, "\n" + settings_text("tool.nbpeer"))
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
    content = _read(root, name)
    text = _text(content, name)
    present = {hook.id for hook in pre_commit.hooks(text)}.intersection(pre_commit.OUR_HOOKS)
    if present:
        return Planned(Step(name, "unchanged", f"it has {' and '.join(sorted(present))}"))
    new = pre_commit.with_entry(text, pre_commit.our_entry(*_release()))
    return Planned(
        Step(name, "created" if content is None else "appended", " and ".join(pre_commit.OUR_HOOKS)),
        new.encode(),
    )


def _ignore(root: Path) -> Planned:
    content = _read(root, ".gitignore")
    lines = {line.strip().strip("/") for line in _text(content, ".gitignore").splitlines()}
    missing = [entry for entry in IGNORED if entry.strip("/") not in lines]
    if not missing:
        return Planned(Step(".gitignore", "unchanged", f"it has {' and '.join(IGNORED)}"))
    return _longer(root, ".gitignore", "".join(f"{entry}\n" for entry in missing), " and ".join(missing))


def _attributes(root: Path, config: Config, force: bool) -> Planned:
    paths = (drivers.PROBE, *git.notebooks(root, config.include, config.exclude))
    found = set(drivers.filter_attributes(root, paths).values())
    others = sorted(found - {drivers.FILTER, "unspecified", "unset"})
    name = ".gitattributes"
    if not others:
        if drivers.FILTER in found:
            return Planned(Step(name, "unchanged", f"notebooks have filter={drivers.FILTER}"))
        return _longer(root, name, f"{drivers.ATTRIBUTE}\n", drivers.ATTRIBUTE)
    theirs = f"notebooks have filter={', filter='.join(others)}"
    if not force:
        return Planned(Step(name, "refused", f"{theirs}; --force adds a later line that wins"))
    clone = drivers.clone_attributes(root)
    if clone.is_file() and any(f"filter={other}" in clone.read_text("utf-8", "replace") for other in others):
        name = os.path.relpath(clone, root)
    filters = [line for line in _text(_read(root, name), name).splitlines() if "filter=" in line]
    if filters and filters[-1].strip() == drivers.ATTRIBUTE:
        return Planned(Step(name, "refused", f"{theirs}, set in a folder's own .gitattributes"))
    return _longer(root, name, f"{drivers.ATTRIBUTE}\n", drivers.ATTRIBUTE)


def _pull_request(root: Path, force: bool) -> Planned:
    """GitHub also looks in the top folder and in docs/, whatever the case of the name."""
    for folder in (".github", ".", "docs"):
        for path in sorted((root / folder).glob("*")):
            if path.is_file() and path.name.lower() in ("pull_request_template.md", "pull_request_template.txt"):
                return _other_pull_request(root, git.relative(root, path), force)
    return Planned(Step(PULL_REQUEST, "created", "the pull-request template"), _PULL_REQUEST_TEXT.encode())


def _other_pull_request(root: Path, name: str, force: bool) -> Planned:
    content = _read(root, name)
    if _MARK in _text(content, name):
        return Planned(Step(name, "unchanged", "it has nbpeer's part"))
    if not force:
        return Planned(Step(name, "refused", "it is somebody's own; --force appends nbpeer's part"))
    return _longer(root, name, "\n" + _PULL_REQUEST_TEXT, "nbpeer's part")


def _longer(root: Path, name: str, lines: str, detail: str) -> Planned:
    content = _read(root, name)
    return Planned(Step(name, "created" if content is None else "appended", detail), _append(content, lines))


def _append(content: bytes | None, lines: str) -> bytes:
    """`content` and then `lines`, with the content's line ends and no change to a byte of it."""
    before = content or b""
    newline = b"\r\n" if b"\r\n" in before else b"\n"
    added = lines.encode().replace(b"\n", newline)
    if not before:
        return added.lstrip(b"\r\n")
    return before + (b"" if before.endswith(b"\n") else newline) + added


def _read(root: Path, name: str) -> bytes | None:
    path = root / name
    if not os.path.lexists(path):
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise NbpeerError(f"{name} could not be read ({error.strerror})", "move it away or mend it") from None


def _text(content: bytes | None, name: str) -> str:
    try:
        return (content or b"").decode()
    except UnicodeDecodeError as error:
        raise NbpeerError(f"{name} is not UTF-8 text (byte {error.start})", "save it as UTF-8") from None


def _refuse_unwritable(root: Path, name: str) -> None:
    """Before anything is written: a file made read-only is meant to stay as it is, though a rename would replace it."""
    path = root / name
    if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        raise NbpeerError(f"{name} is a link that leaves the repository", "replace it with a file")
    if path.exists() and not path.stat().st_mode & stat.S_IWUSR:
        raise NbpeerError(f"{name} is read-only", f"chmod u+w {name}")
    folder = path.parent
    while not os.path.lexists(folder):
        folder = folder.parent
    if not folder.is_dir():
        raise NbpeerError(f"{name} cannot be written: {git.relative(root, folder)} is not a folder", "move it away")
    if not os.access(folder, os.W_OK):
        raise NbpeerError(f"{name} cannot be written: its folder is read-only", f"chmod u+w {folder}")


def _release() -> tuple[str, str]:
    """The installed version ("" when unknown) and the address of its source ("" when it names none)."""
    try:
        links = metadata("nbpeer").get_all("Project-URL") or []
    except PackageNotFoundError:
        return "", ""
    named = {label.lower(): address for label, _, address in (link.partition(", ") for link in links)}
    return version("nbpeer"), named.get("source", "")
