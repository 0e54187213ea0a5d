"""What `nbpeer init` puts into a repository: planned as whole files first, written afterwards."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import NamedTuple

from nbpeer.config import Config, find_config, load_config, parse_config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.setup import Outcome, Step
from nbpeer.repo import attributes, git, pre_commit
from nbpeer.repo.rivals import TOOLS, calls, of_attribute, rivals, tool_of
from nbpeer.repo.shared_files import appended, as_text, read_file, refuse_unwritable
from nbpeer.repo.strip_table import with_strip
from nbpeer.repo.takeover import TakeOver

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


_NOTHING = TakeOver({}, (), {}, {}, frozenset(), ())


def plan(root: Path, *, force: bool, with_filter: bool, taken: TakeOver = _NOTHING) -> tuple[Planned, ...]:
    """Every file that setting up would write, and what would happen to it. Writes nothing.

    `force` adds our settings where somebody else's stand; even then their lines stay. `taken` is what is taken over.
    Raises NbpeerError for a file that cannot be read, understood or written.
    """
    config = load_config(root)
    planned = [_with_settings(root, _configuration(root), taken), _templates(root, config)]
    planned += [_hooks(root, taken), _ignore(root)]
    if with_filter:
        planned.append(_attributes(root, config, force, taken))
    planned.append(_pull_request(root, force))
    planned = _taken_over(planned, taken)
    for path, content in planned:
        if content is not None:
            refuse_unwritable(root / path.path, path.path, root)
    return tuple(planned)


def write(root: Path, planned: tuple[Planned, ...]) -> None:
    """Write what was planned, each file atomically."""
    for step, content in planned:
        if content is not None:
            write_atomic(root / step.path, content)


def config_with(root: Path, planned: Mapping[str, bytes]) -> Config:
    """The configuration as it will be once these files are written."""

    def read(name: str) -> bytes | None:
        return planned[name] if name in planned else read_file(root / name, name)

    return find_config(read) or Config()


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


def _with_settings(root: Path, planned: Planned, taken: TakeOver) -> Planned:
    """The configuration with the settings of the tools that are taken over."""
    if not taken.strip:
        return planned
    name = planned.step.path
    content = planned.content if planned.content is not None else read_file(root / name, name) or b""
    section = ("tool", "nbpeer") if name == "pyproject.toml" else ()
    longer, added, refused = with_strip(content, name, section, taken.strip)
    details = [planned.step.detail, *added, *(f"it says otherwise than `{line}`, and stays" for line in refused)]
    outcome = planned.step.outcome if planned.content is not None or not added else "appended"
    return Planned(Step(name, outcome, "; ".join(details)), longer if added else planned.content)


def _taken_over(planned: list[Planned], taken: TakeOver) -> list[Planned]:
    """Every file that loses something of another tool, once; ours may already be in it."""
    merged = []
    for step, content in planned:
        theirs = taken.files.get(step.path)
        if theirs:
            said = f"{theirs.detail}; {step.detail}" if content is not None else theirs.detail
            merged.append(Planned(Step(step.path, "changed", said), theirs.content if content is None else content))
        else:
            merged.append(Planned(step, content))
    there = {one.step.path for one in planned}
    lost = [
        Planned(Step(name, "changed", new.detail), new.content)
        for name, new in taken.files.items()
        if name not in there
    ]
    return [*merged, *lost]


def _templates(root: Path, config: Config) -> Planned:
    folder = root / config.templates
    if not folder.resolve().is_relative_to(root.resolve()):
        return Planned(Step(config.templates, "unchanged", "the team's kinds are kept outside this repository"))
    path = f"{git.relative(root, folder)}/README.md"
    if folder.exists():
        return Planned(Step(path, "unchanged", "the folder for the team's kinds is there"))
    return Planned(Step(path, "created", "the folder for the team's own kinds"), _TEMPLATES_TEXT.encode())


def _hooks(root: Path, taken: TakeOver) -> Planned:
    name = pre_commit.CONFIG
    content = _left(root, name, taken)
    text = as_text(content, name)
    present = {hook.id for hook in pre_commit.hooks(text)}.intersection(pre_commit.OUR_HOOKS)
    rival = _rival_hook(text)
    if present:
        return Planned(Step(name, "unchanged", f"it has {' and '.join(sorted(present))}{rival}"))
    new = pre_commit.with_entry(text, pre_commit.our_entry(*release(), taken.limits))
    return Planned(
        Step(name, "created" if content is None else "appended", " and ".join(pre_commit.OUR_HOOKS) + rival),
        new.encode(),
    )


def _rival_hook(text: str) -> str:
    """What to say where another tool's hook strips as well; "" where none does."""
    stripping = {"nbstripout", "nb-clean", "databooks-meta"}
    found = next((hook.id for hook in pre_commit.hooks(text) if hook.id in stripping), "")
    tool = next((tool for tool in TOOLS if found and calls(found, tool)), "")
    return f"; {found} strips too, `nbpeer init --from {tool}` replaces it" if tool else ""


def _ignore(root: Path) -> Planned:
    content = read_file(root / ".gitignore", ".gitignore")
    lines = {line.strip().strip("/") for line in as_text(content, ".gitignore").splitlines()}
    missing = [entry for entry in IGNORED if entry.strip("/") not in lines]
    if not missing:
        return Planned(Step(".gitignore", "unchanged", f"it has {' and '.join(IGNORED)}"))
    return _longer(root, ".gitignore", "".join(f"{entry}\n" for entry in missing), " and ".join(missing))


def _attributes(root: Path, config: Config, force: bool, taken: TakeOver) -> Planned:
    """A rival filter is refused; with another tool's diff or merge driver ours does without that part."""
    files = {file: new.content for file, new in taken.files.items() if file != pre_commit.CONFIG}
    notebooks = git.notebooks(root, config.include, config.exclude)
    found = attributes.look_with(root, notebooks, files) if files else attributes.look(root, notebooks)
    force = force or bool(found.others and taken.words.issuperset(found.others))  # theirs for all repositories
    name = ".gitattributes"
    filters = sorted(other for other in found.others if other.startswith("filter="))
    if filters and not force:
        tool = tool_of(of_attribute(rivals(root), filters[0]))
        takes_over = f"--from {tool} takes over, " if tool else ""
        theirs = f"notebooks have {', '.join(filters)}"
        return Planned(Step(name, "refused", f"{theirs}; {takes_over}--force adds a later line that wins"))
    contested = {other.partition("=")[0] for other in found.others}
    kinds = attributes.KINDS if force else tuple(kind for kind in attributes.KINDS if kind not in contested)
    if found.ours.issuperset(kinds) and not (force and contested):
        return Planned(Step(name, "unchanged", f"notebooks have {attributes.line(kinds).partition(' ')[2]}"))
    if not contested or not force:
        missing = [kind for kind in kinds if kind not in found.ours]
        content = _left(root, name, taken)
        longer = attributes.with_drivers(content, missing, first=bool(found.exempt))
        return Planned(Step(name, _grown(content), attributes.line(missing)), longer)
    own = os.path.relpath(attributes.clone_attributes(root), root)
    if any(other.encode() in (_left(root, own, taken) or b"") for other in found.others):
        name = own
    content = _left(root, name, taken)
    winning = attributes.with_drivers(content, kinds, last=True)
    if winning == content:
        theirs = f"notebooks have {', '.join(found.others)}"
        return Planned(Step(name, "refused", f"{theirs}, set in a folder's own .gitattributes"))
    return Planned(Step(name, _grown(content), attributes.line(kinds)), winning)


def _left(root: Path, name: str, taken: TakeOver) -> bytes | None:
    """A file without what is taken over; None when it is not there."""
    return taken.files[name].content if name in taken.files else read_file(root / name, name)


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
