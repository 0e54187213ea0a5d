"""`[tool.nbpeer]` in pyproject.toml, or nbpeer.toml, as one frozen value; its only reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec

from nbpeer.errors import NbpeerError


class CheckConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Which rules apply. A prefix selects a family: `NBP3` is every rule about data.

    A count of people from 1 to below `small_count` may tell who they are.
    """

    select: tuple[str, ...] = ("NBP",)
    ignore: tuple[str, ...] = ()
    placeholder_words: tuple[str, ...] = ("TODO", "TBD", "FIXME", "XXX")
    max_output_bytes: int = 1_000_000
    small_count: int = 10


class StripConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What the stripper takes out, in nbstripout's words. `max_size` keeps outputs smaller than that many bytes."""

    keep_output: bool = False
    keep_count: bool = False
    extra_keys: tuple[str, ...] = ()
    drop_empty_cells: bool = False
    drop_tagged_cells: tuple[str, ...] = ()
    max_size: int = 0


class RunConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """How notebooks are executed. `timeout` is seconds a cell, 0 for none; `kernel` overrides the notebook's own."""

    kernel: str = ""
    timeout: int = 0


class GateConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What the gate asks. `severity` is the least severe finding that keeps it shut."""

    severity: Literal["error", "warning"] = "error"
    require_results: bool = True


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The configuration of one repository; every field has its default.

    `include` and `exclude` are globs relative to the repository that say which notebooks are analyses. `templates` is
    the folder of the team's own kinds. `base` is the branch that changes are measured against ("" finds it).
    """

    include: tuple[str, ...] = ("**/*.ipynb",)
    exclude: tuple[str, ...] = (".nbpeer/**", "**/.ipynb_checkpoints/**", "nbpeer_templates/**")
    templates: str = "nbpeer_templates"
    base: str = ""
    check: CheckConfig = CheckConfig()
    strip: StripConfig = StripConfig()
    run: RunConfig = RunConfig()
    gate: GateConfig = GateConfig()


def load_config(folder: Path) -> Config:
    """The configuration of `folder`: nbpeer.toml if it is there, else `[tool.nbpeer]` of pyproject.toml, else defaults.

    Raises NbpeerError naming the file and the key.
    """
    for name, section in (("nbpeer.toml", ()), ("pyproject.toml", ("tool", "nbpeer"))):
        path = folder / name
        if path.is_file():
            found = parse_config(path.read_bytes(), name, section)
            if found is not None:
                return found
    return Config()


def parse_config(content: bytes, name: str, section: tuple[str, ...] = ()) -> Config | None:
    """The configuration in the TOML `content`; None when it has no such section. `name` names it in messages.

    Raises NbpeerError as `load_config`.
    """
    import tomllib

    try:
        value: Any = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NbpeerError(f"{name} is not valid TOML ({error})", "mend that line") from None
    for key in section:
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    try:
        return msgspec.convert(value, Config)
    except msgspec.ValidationError as error:
        raise NbpeerError(f"{name}: {_explain(str(error), section)}", "see docs/configuration.md") from None


def _explain(message: str, section: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    problem, _, where = message.partition(" - at ")
    place = ".".join((*section, *where.strip("`").removeprefix("$").strip(".").split("."))).strip(".")
    inside = f" in [{place}]" if place else ""
    if "unknown field" in problem:
        unknown = problem.split("`")[1]
        close = get_close_matches(unknown, _all_keys(), n=1)
        return f"unknown key {unknown!r}{inside}" + (f", did you mean {close[0]!r}?" if close else "")
    return f"{problem.lower().replace('`', '')}{inside}"


def _all_keys() -> list[str]:
    groups = (Config, CheckConfig, StripConfig, RunConfig, GateConfig)
    return [field.encode_name for group in groups for field in msgspec.structs.fields(group)]
