"""`[tool.nbpeer]` in pyproject.toml, or nbpeer.toml, as one frozen value; its only reader."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.json_schema import json_schema
from nbpeer.model.review import Tier

Severity = Literal["error", "warning", "info"]


class CheckOverride(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What differs for some analyses: those that `paths` (globs), `kinds` and `tiers` fit, each unless it is empty.

    `ignore` adds to what is ignored and `select` to what is selected; a threshold of None stays as it is.
    """

    paths: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    max_output_bytes: int | None = None
    small_count: int | None = None
    max_cells: int | None = None
    max_cell_lines: int | None = None


class CheckConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Which rules apply. A prefix selects a family: `NBP3` is every rule about data.

    `severity` makes findings of a rule more or less severe. A count of people from 1 to below `small_count` may tell
    who they are. `overrides` say what differs by path, kind and tier; the last one that fits wins.
    """

    select: tuple[str, ...] = ("NBP",)
    ignore: tuple[str, ...] = ()
    placeholder_words: tuple[str, ...] = ("TODO", "TBD", "FIXME", "XXX")
    max_output_bytes: int = 1_000_000
    small_count: int = 10
    max_cells: int = 50
    max_cell_lines: int = 30
    severity: dict[str, Severity] = {}
    overrides: tuple[CheckOverride, ...] = ()


class StripConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What the stripper takes out, in nbstripout's words. `max_size` keeps outputs smaller than that many bytes."""

    keep_output: bool = False
    keep_count: bool = False
    extra_keys: tuple[str, ...] = ()
    drop_empty_cells: bool = False
    drop_tagged_cells: tuple[str, ...] = ()
    max_size: int = 0


class RunConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """How notebooks are executed. `timeout` is seconds a cell, 0 for none; `kernel` overrides the notebook's own.

    `cache_megabytes` bounds what is kept of completed runs; with 0 every run is executed.
    """

    kernel: str = ""
    timeout: int = 0
    cache_megabytes: int = 1000


class MetricsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The metric registry, and the database that `nbpeer metrics reconcile` asks.

    `file` is the registry's path ("" looks in the usual places). `driver` is a Python module with the `connect` of
    DB-API 2.0, `connect` its arguments, where `$NAME` is read from the environment; `dialect` is the database's SQL.
    `tables` are names that DuckDB gives to files.
    """

    file: str = ""
    driver: str = "duckdb"
    dialect: str = ""
    connect: dict[str, Any] = {}
    tables: dict[str, str] = {}


class TierGate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What the gate asks of one tier in place of what it asks of all; None is as for all."""

    severity: Literal["error", "warning", "info"] | None = None
    require_results: bool | None = None
    require_signature: bool | None = None
    reviewers: Annotated[int, msgspec.Meta(ge=1, le=9)] | None = None


class GateAsks(NamedTuple):
    """What the gate asks of one analysis; the names are those of GateConfig."""

    severity: Severity = "error"
    require_results: bool = True
    require_signature: bool = False
    reviewers: int = 0


class GateConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What the gate asks. `severity` is the least severe finding that keeps it shut; "tier": as the checklist says for
    the analysis's tier.

    `reviewers` is how many people have to approve, 0 for as many as the checklist asks for at the analysis's tier;
    `tiers` is what a tier asks instead.
    """

    severity: Literal["tier", "error", "warning", "info"] = "tier"
    require_results: bool = True
    require_signature: bool = False
    reviewers: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    tiers: dict[Tier, TierGate] = {}

    def of(self, tier: Tier, rules: Collection[str] = ("error",)) -> GateAsks:
        """What the gate asks of an analysis of this tier, where the checklist names the severities `rules`.

        An error blocks and a warning is mended or waived, where they are named; an info only informs.
        """
        own = self.tiers.get(tier)
        said = {name: value for name in TierGate.__struct_fields__ if (value := getattr(own, name, None)) is not None}
        found = msgspec.structs.replace(self, **said)
        usual: Severity = "warning" if "warning" in rules else "error"
        return GateAsks(
            usual if found.severity == "tier" else found.severity,
            found.require_results,
            found.require_signature,
            found.reviewers,
        )


class ExpectationsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Result files of other tools that check data: paths or globs. Older than `max_age_days` (0: any age) is stale."""

    files: tuple[str, ...] = ()
    max_age_days: int = 7


class PullRequestConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What `nbpeer pr post` and `pr sync` do besides comments and status.

    `images` is where pictures of figures are kept for comments; `request_reviewers` asks the people that `reviewers` of
    the front matter names.
    """

    images: Literal["none", "assets-branch"] = "none"
    label_tier: bool = False
    label_gate: bool = False
    request_reviewers: bool = False


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
    expectations: ExpectationsConfig = ExpectationsConfig()
    metrics: MetricsConfig = MetricsConfig()
    pr: PullRequestConfig = PullRequestConfig()


def config_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of nbpeer.toml, for editors."""
    return json_schema(Config, "nbpeer.toml")


CONFIG_FILES = ("nbpeer.toml", "pyproject.toml")


def check_config_for(config: CheckConfig, fits: Callable[[CheckOverride], bool]) -> CheckConfig:
    """The configuration of one analysis: that of all, changed by each override that fits, in order."""
    for override in config.overrides:
        if fits(override):
            given = {name: value for name in _THRESHOLDS if (value := getattr(override, name)) is not None}
            config = msgspec.structs.replace(
                config,
                select=(*config.select, *override.select),
                ignore=(*config.ignore, *override.ignore),
                severity={**config.severity, **override.severity},
                **given,
            )
    return config


_THRESHOLDS = ("max_output_bytes", "small_count", "max_cells", "max_cell_lines")


def load_config(folder: Path) -> Config:
    """The configuration of `folder`: nbpeer.toml if it is there, else `[tool.nbpeer]` of pyproject.toml, else defaults.

    Raises NbpeerError naming the file and the key.
    """
    return find_config(lambda name: path.read_bytes() if (path := folder / name).is_file() else None) or Config()


def find_config(read: Callable[[str], bytes | None]) -> Config | None:
    """The configuration in the files that `read` reads by name, None for one that is not there; None when none has any.

    Raises NbpeerError as `load_config`.
    """
    for name, section in zip(CONFIG_FILES, ((), ("tool", "nbpeer")), strict=True):
        content = read(name)
        found = None if content is None else parse_config(content, name, section)
        if found is not None:
            return found
    return None


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
    where = where.rpartition(" in ")[2]  # of a key that is wrong itself: `key` in `$.gate.tiers`
    place = ".".join((*section, *where.strip("`").removeprefix("$").strip(".").split("."))).strip(".")
    inside = f" in [{place}]" if place else ""
    if "unknown field" in problem:
        unknown = problem.split("`")[1]
        close = get_close_matches(unknown, _all_keys(), n=1)
        return f"unknown key {unknown!r}{inside}" + (f", did you mean {close[0]!r}?" if close else "")
    return f"{problem.lower().replace('`', '')}{inside}"


def _all_keys() -> list[str]:
    groups: tuple[Any, ...] = (Config, CheckConfig, CheckOverride, StripConfig, RunConfig, GateConfig, TierGate)
    groups += (ExpectationsConfig, MetricsConfig, PullRequestConfig)
    return [field.encode_name for group in groups for field in msgspec.structs.fields(group)]
