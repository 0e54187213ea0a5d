"""git's drivers for notebooks: our filter in git's configuration, and what other tools have put there."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer import gitfilter
from nbpeer.config import StripConfig
from nbpeer.repo.git import GitRefusedError, ask

FILTER = "nbpeer"
ATTRIBUTE = f"*.ipynb filter={FILTER}"
PROBE = "nbpeer-probe.ipynb"


class Rival(NamedTuple):
    """A driver of another tool: its section of git's configuration, and the command that takes it out."""

    tool: str
    section: str
    remove: str


RIVALS = (
    Rival("nbstripout", "filter.nbstripout", "nbstripout --uninstall"),
    Rival("nbstripout", "diff.ipynb", "nbstripout --uninstall"),
    Rival("nb-clean", "filter.nb-clean", "nb-clean remove-filter"),
    Rival("jupyter", "filter.jupyter", "git config --remove-section filter.jupyter"),
    Rival("nbdime", "diff.jupyternotebook", "nbdime config-git --disable"),
    Rival("nbdime or nbdev", "merge.jupyternotebook", "nbdime config-git --disable"),
    Rival("nbdev", "merge.nbdev-merge", "git config --remove-section merge.nbdev-merge"),
)


def filter_settings(strip: StripConfig) -> dict[str, str]:
    """What `filter.nbpeer` has to say on this machine, by key.

    It names the interpreter and the file, so that it works without the environment being active and pays for no
    console script. git hands the commands to a shell, and replaces % sequences in `clean` (gitattributes(5)). Raises
    NbpeerError for a key in `strip` that is none.
    """
    script = Path(gitfilter.__file__)
    words = [_interpreter().as_posix(), "-I", "-S", script.as_posix()]
    flags = _flags(strip)
    gitfilter.parse(["process", *flags])  # what the filter would refuse would stop every `git add`
    return {
        "process": shlex.join([*words, "process", *flags]),
        "clean": shlex.join([*words, "clean", *flags]).replace("%", "%%"),
        "smudge": "cat",
        "required": "true",
    }


def configured_filter(root: Path) -> dict[str, str]:
    """What `filter.nbpeer` says in this clone, by key; empty when nothing is configured."""
    start = f"filter.{FILTER}."
    return {key.removeprefix(start): value for key, value in _settings(root).items() if key.startswith(start)}


def configure_filter(root: Path, settings: dict[str, str]) -> None:
    """Write `filter.nbpeer` into this clone's own configuration. Raises GitRefusedError when git cannot."""
    for key, value in settings.items():
        ask(root, "config", "--local", f"filter.{FILTER}.{key}", value)


def missing_part(command: str) -> str:
    """The program or file that a filter command names and that is not there; "" when all are."""
    try:
        program, *words = shlex.split(command)
    except ValueError:
        return command
    if shutil.which(program) is None:
        return program
    return next((word for word in words if word.endswith(".py") and not Path(word).is_file()), "")


def filter_attributes(root: Path, paths: tuple[str, ...]) -> dict[str, str]:
    """git's `filter` attribute of each path: a driver's name, `unset`, or `unspecified`."""
    found: dict[str, str] = {}
    for start in range(0, len(paths), 500):
        fields = ask(root, "check-attr", "-z", "filter", "--", *paths[start : start + 500]).split("\0")
        found.update(zip(fields[0::3], fields[2::3], strict=False))
    return found


def unfiltered(folder: Path, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Those of `paths`, relative to `folder`, that our filter does not strip in this clone as git adds them.

    A hook that strips the others would take the outputs out of the working copy, and git would call the file modified
    because its size is not the one it remembers.
    """
    if not configured_filter(folder):
        return paths
    attributes = filter_attributes(folder, tuple(map(str, paths)))
    return tuple(path for path in paths if attributes.get(str(path)) != FILTER)


def clone_attributes(root: Path) -> Path:
    """The attributes file of this clone alone, which wins over every .gitattributes."""
    return root / ask(root, "rev-parse", "--git-path", "info/attributes").rstrip("\n")


def rivals(root: Path) -> tuple[Rival, ...]:
    """The drivers of other tools that git's configuration holds, in any scope."""
    keys = tuple(_settings(root))
    return tuple(rival for rival in RIVALS if any(key.startswith(f"{rival.section}.") for key in keys))


def drops_tags(root: Path) -> bool:
    """Whether nb-clean's filter is set to drop cell tags, `parameters` among them: its default."""
    command = _settings(root).get("filter.nb-clean.clean", "")
    return bool(command) and not {"-m", "--preserve-cell-metadata"} & set(command.split())


def _settings(root: Path) -> dict[str, str]:
    try:
        listed = ask(root, "config", "-z", "--get-regexp", r"^(filter|diff|merge)\.")
    except GitRefusedError as error:
        if error.stderr.strip():
            raise
        return {}
    pairs = (entry.partition("\n") for entry in listed.split("\0") if entry)
    return {key: value for key, _, value in pairs}


def _interpreter() -> Path:
    """This Python under its plainest name, so that `nbpeer` and `python3.11 -m nbpeer` configure the same."""
    named = Path(sys.executable)
    for name in ("python", "python3"):
        plain = named.with_name(name + named.suffix * (named.suffix == ".exe"))
        if plain.exists() and plain.samefile(named):
            return plain
    return named


def _flags(strip: StripConfig) -> list[str]:
    """The options of the filter's command that make it strip as `[tool.nbpeer.strip]` says."""
    flags = []
    for field in msgspec.structs.fields(strip):
        value = getattr(strip, field.name)
        if value != field.default:
            text = " ".join(value) if isinstance(value, tuple) else str(value)
            flags.append(f"--{field.encode_name}" + ("" if value is True else f"={text}"))
    return flags
