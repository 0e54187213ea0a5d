"""Our drivers for notebooks in git's configuration: the filter that strips, the diff and the merge driver."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import msgspec

from nbpeer import gitfilter, textconv
from nbpeer.config import StripConfig
from nbpeer.model.setup import Scope
from nbpeer.repo.attributes import DRIVER, KINDS, values
from nbpeer.repo.git import GitRefusedError, ask
from nbpeer.repo.shared_files import refuse_unwritable

_TEXT_CACHE = f"refs/notes/textconv/{DRIVER}"


def settings(strip: StripConfig) -> dict[str, str]:
    """What git's configuration has to say on this machine, by key.

    It names the interpreter and the file, so that it works without the environment being active and pays for no
    console script. git hands the commands to a shell, and replaces % sequences in `clean` and in `driver`
    (gitattributes(5)). `required` comes last, so that it never stands alone. The text cache of git's diff drivers is
    left off: with it `git diff` stops wherever git knows no identity. Raises NbpeerError for a key in `strip` that is
    none.
    """
    python = _interpreter().as_posix()
    words = [python, "-I", "-S", Path(gitfilter.__file__).as_posix()]
    flags = _flags(strip)
    gitfilter.parse(["process", *flags])  # what the filter would refuse would stop every `git add`
    # -P: a merge runs in the work tree, and what stands there is not to be imported.
    merge = shlex.join([python, "-P", "-m", "nbpeer", "merge"]).replace("%", "%%")
    return {
        f"filter.{DRIVER}.process": shlex.join([*words, "process", *flags]),
        f"filter.{DRIVER}.clean": shlex.join([*words, "clean", *flags]).replace("%", "%%") + " -- %f",
        f"filter.{DRIVER}.smudge": "cat",
        f"filter.{DRIVER}.required": "true",
        f"diff.{DRIVER}.textconv": shlex.join([*words[:3], Path(textconv.__file__).as_posix(), *flags]),
        f"diff.{DRIVER}.xfuncname": rf"^{textconv.MARK}((code|markdown|raw|heading) ?.*)$",
        f"merge.{DRIVER}.name": "notebooks, by nbpeer",
        f"merge.{DRIVER}.driver": f"{merge} %O %A %B -o %A -p %P",
    }


def driver_settings(folder: Path, scope: Scope | None = None) -> dict[str, str]:
    """Every setting of a filter, diff or merge driver, of any tool, in one scope or in all of them together."""
    scopes = [f"--{scope}", "--includes"] if scope else []
    try:
        listed = ask(folder, "config", *scopes, "-z", "--get-regexp", r"^(filter|diff|merge)\.")
    except GitRefusedError as error:
        if error.stderr.strip():
            raise
        return {}
    pairs = (entry.partition("\n") for entry in listed.split("\0") if entry)
    return {key: value for key, _, value in pairs}


def configured(folder: Path, scope: Scope | None = None) -> dict[str, str]:
    """What git's configuration says of our drivers, by key; empty when nothing is configured."""
    ours = tuple(f"{kind}.{DRIVER}." for kind in KINDS)
    return {key: value for key, value in driver_settings(folder, scope).items() if key.startswith(ours)}


def configure(folder: Path, wanted: dict[str, str], scope: Scope = "local") -> None:
    """Write our drivers into git's configuration of one scope.

    Raises NbpeerError when the configuration is read-only, and GitRefusedError when git cannot write it.
    """
    _refuse_read_only(folder, scope)
    for key, value in wanted.items():
        ask(folder, "config", f"--{scope}", "--replace-all", key, value)


def remove(folder: Path, scope: Scope) -> None:
    """Take our drivers out of git's configuration of one scope, and the file with them when it said nothing else.

    Raises as `configure`.
    """
    sections = sorted({key.rpartition(".")[0] for key in configured(folder, scope)})
    if not sections:
        return
    _refuse_read_only(folder, scope)
    origin = ask(folder, "config", f"--{scope}", "-z", "--show-origin", "--get-regexp", rf"\.{DRIVER}\.")
    for section in sections:
        ask(folder, "config", f"--{scope}", "--remove-section", section)
    file = folder / origin.partition("\0")[0].removeprefix("file:")
    if file.is_file() and not file.is_symlink() and file.stat().st_size == 0:
        file.unlink()


def _refuse_read_only(folder: Path, scope: Scope) -> None:
    """git itself replaces a file that was made read-only."""
    if scope == "local":
        file = folder / ask(folder, "rev-parse", "--git-path", "config").rstrip("\n")
        refuse_unwritable(file, ".git/config")


def forget_texts(root: Path) -> None:
    """Drop what git has kept of our diff driver's texts, where somebody has turned its cache on."""
    if ask(root, "for-each-ref", _TEXT_CACHE):  # otherwise git would leave the folder that the name stands in
        ask(root, "update-ref", "-d", _TEXT_CACHE)


def missing_part(command: str) -> str:
    """The program or file that a driver's command names and that is not there; "" when all are."""
    try:
        program, *words = shlex.split(command)
    except ValueError:
        return command
    if shutil.which(program) is None:
        return program
    return next((word for word in words if word.endswith(".py") and not Path(word).is_file()), "")


def unfiltered(folder: Path, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Those of `paths`, relative to `folder`, that our filter does not strip in this clone as git adds them.

    A hook that strips the others would take the outputs out of the working copy, and git would call the file modified
    because its size is not the one it remembers.
    """
    if not any(key.startswith("filter.") for key in configured(folder)):
        return paths
    found = values(folder, tuple(map(str, paths)), "filter")
    return tuple(path for path in paths if found[str(path)].get("filter") != DRIVER)


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
