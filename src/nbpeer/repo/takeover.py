"""What `nbpeer init --from TOOL` takes over: another tool's drivers, attributes, hooks and settings. Writes nothing."""

from __future__ import annotations

import os
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.model.setup import Scope
from nbpeer.repo import attributes, pre_commit
from nbpeer.repo.drivers import driver_settings
from nbpeer.repo.git import GitRefusedError, ask
from nbpeer.repo.pre_commit import Hook
from nbpeer.repo.rival_settings import Settings, Translated, databooks_arguments, stricter, translate
from nbpeer.repo.rivals import TOOLS, Tool, calls, sections_of
from nbpeer.repo.shared_files import as_text, read_file

# Hooks that keep notebooks out of git, where nbpeer needs them. jupytext's others go on.
_JUPYTEXT_HOOKS = {"unstage-notebooks", "remove-notebooks"}
_JUPYTEXT_FILES = tuple(
    f"{dot}jupytext{end}" for dot in ("", ".") for end in ("", ".toml", ".yml", ".yaml", ".json", ".py")
)
_EXEMPT = "; git's filter strips every notebook that no line like `docs/*.ipynb -filter` in .gitattributes exempts"
_WIDER: tuple[Scope, ...] = ("global", "system")
_STRIPPERS: tuple[Tool, ...] = ("nbstripout", "nb-clean", "databooks")


class NewFile(NamedTuple):
    """A file without the other tool: its content, what went, and the lines of attributes that did."""

    content: bytes
    detail: str
    lines: tuple[str, ...] = ()


class TakeOver(NamedTuple):
    """What goes from each file and from git's configuration, what our settings become, and what is to be said.

    `limits` are the `files` and `exclude` of the hook that goes; `words` are the attributes that were theirs.
    """

    files: dict[str, NewFile]
    sections: tuple[str, ...]
    strip: Settings
    limits: dict[str, str]
    words: frozenset[str]
    notes: tuple[str, ...]


def plan(root: Path, tools: tuple[Tool, ...], paths: tuple[str, ...], *, with_filter: bool) -> TakeOver:
    """What is to be taken over from `tools`; `paths` are the notebooks.

    Raises NbpeerError when nothing of a tool is set up, and for a file that cannot be read or understood.
    """
    every, local = driver_settings(root), _own_settings(root)
    sections = {section for tool in tools for section in sections_of(every, tool)}
    words = frozenset(section.replace(".", "=", 1) for section in sections)
    zeppelin = bool(ask(root, "ls-files", "--", "*.zpln")) and "filter.nbstripout" in sections
    text = as_text(read_file(root / pre_commit.CONFIG, pre_commit.CONFIG), pre_commit.CONFIG)
    theirs = [hook for hook in pre_commit.hooks(text) if _goes(hook, tools)]
    for tool in tools:
        if not _found(root, tool, text, paths):
            others = [other for other in TOOLS if other not in tools and _found(root, other, text, paths)]
            hint = f"there is {' and '.join(others)}" if others else "`nbpeer init` sets the repository up"
            raise NbpeerError(f"nothing of {tool} is set up in this repository", hint)
    translated = stricter(_translated(root, tools, every, theirs))
    going = {key.rpartition(".")[0] for key in local} & sections - ({"filter.nbstripout"} if zeppelin else set())
    files = _attributes(root, words, with_filter=with_filter, zeppelin=zeppelin)
    if theirs:
        shorter = pre_commit.without_hooks(text, lambda hook: _goes(hook, tools))
        detail = f"without {' and '.join(dict.fromkeys(hook.id for hook in theirs))}"
        files[pre_commit.CONFIG] = NewFile(shorter.encode(), detail)
    limits, of_limits = _limits(theirs, text, with_filter=with_filter)
    notes = [*translated.notes, *of_limits, *_elsewhere(root, tools)]
    notes += _widened(root, files) if with_filter else ()
    notes += ["*.zpln: nbpeer does not know Zeppelin notebooks, nbstripout goes on stripping them"] if zeppelin else []
    notes += [line for tool in tools for line in _stays(root, tool, text)]
    return TakeOver(files, tuple(sorted(going)), translated.strip, limits, words, tuple(notes))


def _goes(hook: Hook, tools: tuple[Tool, ...]) -> bool:
    """Whether the hook strips notebooks with one of these tools, or keeps them out of git."""
    if "jupytext" in tools and hook.id in _JUPYTEXT_HOOKS:
        return True
    called = hook.entry or hook.id
    return any(tool in _STRIPPERS and calls(called, tool) and "assert" not in called for tool in tools)


def _found(root: Path, tool: Tool, hooks: str, paths: tuple[str, ...]) -> bool:
    """Whether anything of the tool is set up: drivers, attributes, hooks, settings, or pairs of jupytext."""
    settings = driver_settings(root)
    sections = sections_of(settings, tool)
    if {key.rpartition(".")[0] for key in settings}.intersection(sections) or tool in _tables(root):
        return True
    words = {section.replace(".", "=", 1) for section in sections}
    contents = (read_file(root / name, name) or b"" for name in attributes.files(root))
    if any(attributes.exchanged(content, words, ours=False)[1] for content in contents):
        return True
    if any(calls(f"{hook.id} {hook.entry}", tool) or _goes(hook, (tool,)) for hook in pre_commit.hooks(hooks)):
        return True
    if tool == "nbdime":
        return (root / "nbdime_config.json").exists()
    return tool == "jupytext" and (
        any((root / name).exists() for name in _JUPYTEXT_FILES)
        or any(b'"jupytext"' in (root / path).read_bytes() for path in paths if (root / path).is_file())
    )


def _tables(root: Path) -> dict[str, Any]:
    content = read_file(root / "pyproject.toml", "pyproject.toml") or b""
    try:
        tables = tomllib.loads(content.decode()).get("tool", {})
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NbpeerError(f"pyproject.toml is not valid TOML ({error})", "mend that line") from None
    return tables if isinstance(tables, dict) else {}


def _translated(
    root: Path, tools: tuple[Tool, ...], settings: dict[str, str], hooks: list[Hook]
) -> Iterator[Translated]:
    """What each command of the tools that strips, filter or hook, is in our settings."""
    table = _tables(root).get("databooks", {})
    table = table.get("meta", {}) if isinstance(table, dict) else {}
    for tool in tools:
        if tool not in _STRIPPERS:
            continue
        before = databooks_arguments(table) if tool == "databooks" and isinstance(table, dict) else ()
        more = tuple(_from_git(settings)) if tool == "nbstripout" else ()
        commands = [_arguments(settings[key], tool) for key in settings if key in _cleaners(settings, tool)]
        commands += [(*_arguments(hook.entry, tool), *hook.args) for hook in hooks if _goes(hook, (tool,))]
        if not commands and before:
            commands = [()]
        for command in commands:
            yield translate(tool, (*before, *more, *command))


def _cleaners(settings: dict[str, str], tool: Tool) -> set[str]:
    return {f"{section}.clean" for section in sections_of(settings, tool) if section.startswith("filter.")}


def _from_git(settings: dict[str, str]) -> Iterator[str]:
    """nbstripout reads two lists from its filter's section as well."""
    for key, option in (("extrakeys", "--extra-keys"), ("keepmetadatakeys", "--keep-metadata-keys")):
        if settings.get(f"filter.nbstripout.{key}"):
            yield from (option, settings[f"filter.nbstripout.{key}"])


def _arguments(command: str, tool: Tool) -> tuple[str, ...]:
    """The arguments after the word that names the tool, and after its verb."""
    try:
        words = shlex.split(command)
    except ValueError:
        return ()
    start = next((index + 1 for index, word in enumerate(words) if calls(Path(word).name, tool)), len(words))
    start += words[start : start + 1] in (["clean"], ["meta"])
    return tuple(word for word in words[start:] if word != "%f")


def _own_settings(root: Path) -> dict[str, str]:
    """What .git/config itself says of drivers, without the files that it includes."""
    try:
        listed = ask(root, "config", "--local", "--no-includes", "-z", "--get-regexp", r"^(filter|diff|merge)\.")
    except GitRefusedError:
        return {}
    pairs = (entry.partition("\n") for entry in listed.split("\0") if entry)
    return {key: value for key, _, value in pairs}


def _attributes(root: Path, words: frozenset[str], *, with_filter: bool, zeppelin: bool) -> dict[str, NewFile]:
    """In a .gitattributes ours stand where theirs stood, so that they reach the same notebooks; the clone's own file
    only loses theirs, since ours are to hold for everybody."""
    mine = os.path.relpath(attributes.clone_attributes(root), root)
    found = {}
    for name in attributes.files(root):
        pieces: list[bytes] = []
        gone: list[str] = []
        for line in (read_file(root / name, name) or b"").splitlines(keepends=True):
            is_zeppelin = line.lstrip().startswith(b"*.zpln")
            ours = with_filter and name != mine and not is_zeppelin
            new, lines = (line, ()) if is_zeppelin and zeppelin else attributes.exchanged(line, words, ours=ours)
            pieces.append(new)
            gone += lines
        if gone:
            how = "without" if name == mine or not with_filter else "in the place of"
            detail = f"{how} {', '.join(f'`{line}`' for line in gone)}"
            found[name] = NewFile(b"".join(pieces), detail, tuple(gone))
    return found


def _widened(root: Path, files: dict[str, NewFile]) -> Iterator[str]:
    """The lines of the clone's own attributes that were for some notebooks, where nbpeer's is for all."""
    mine = files.get(os.path.relpath(attributes.clone_attributes(root), root))
    for line in mine.lines if mine else ():
        if line.split()[0] not in ("*.ipynb", "**/*.ipynb", "*.zpln"):
            yield f"`{line}`: nbpeer's line is for every notebook; `PATTERN -filter` in .gitattributes exempts others"


def _limits(theirs: list[Hook], text: str, *, with_filter: bool) -> tuple[dict[str, str], list[str]]:
    """The patterns of their hooks, but for those that only say what a notebook is, and what is to be said of them."""
    limits: dict[str, str] = {}
    notes = []
    ours = any(hook.id == "nbpeer-strip" for hook in pre_commit.hooks(text))
    for hook in theirs:
        for key, pattern in (("files", hook.files), ("exclude", hook.exclude)):
            if pattern.strip("^.*$\\") in ("", "ipynb"):
                continue
            said = f"{key} {' '.join(pattern.split())}"
            if ours or limits.get(key, pattern) != pattern:
                notes.append(f"{said} of {hook.id}: not carried over, nbpeer-strip has its own")
                continue
            limits[key] = pattern
            notes.append(f"{said}: carried over to the hook nbpeer-strip{_EXEMPT * with_filter}")
    return limits, notes


def _elsewhere(root: Path, tools: tuple[Tool, ...]) -> Iterator[str]:
    """What of the tools is set up outside this repository, or in a hook that is a script."""
    script = root / ask(root, "rev-parse", "--git-path", "hooks").rstrip("\n") / "pre-commit"
    said = script.read_text("utf-8", "replace") if script.is_file() else ""
    for tool in tools:
        for scope in _WIDER:
            held = driver_settings(root, scope)
            mine = {key.rpartition(".")[0] for key in held}.intersection(sections_of(held, tool))
            if mine:
                yield f"{', '.join(sorted(mine))}: stays in git's {scope} configuration, for other repositories"
        if calls(said, tool):
            yield f".git/hooks/pre-commit calls {tool} and stays; take it out by hand if you do not need it"


def _stays(root: Path, tool: Tool, hooks: str) -> Iterator[str]:
    """What of a tool goes on beside nbpeer, and why."""
    ids = [hook.id for hook in pre_commit.hooks(hooks) if calls(f"{hook.id} {hook.entry}", tool)]
    staying = [name for name in ids if name in ("jupytext", "convert-notebooks") or "assert" in name]
    if staying:
        yield f"the hook {' and '.join(staying)} stays: it does not strip"
    if tool == "databooks" and "databooks" in _tables(root):
        yield "[tool.databooks] in pyproject.toml stays: nothing but databooks reads it"
    if tool == "nbdime":
        yield "difftool and mergetool nbdime stay: git runs them only when asked"
        if (root / "nbdime_config.json").exists():
            yield "nbdime_config.json stays, for nbdiff-web; what it hides is said per command, as in `nbpeer diff -O`"
    if tool == "jupytext":
        yield "pairing stays: jupytext's settings, its metadata in notebooks and the text files are untouched"
        ignored = as_text(read_file(root / ".gitignore", ".gitignore"), ".gitignore").splitlines()
        if "*.ipynb" in {line.strip().removeprefix("/").removeprefix("**/") for line in ignored}:
            yield ".gitignore ignores *.ipynb: nbpeer reviews notebooks that git holds, so take that line out"
