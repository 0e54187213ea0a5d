"""The drivers for notebooks that other tools have put into git's configuration."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from nbpeer.model.setup import OtherDriver, Scope
from nbpeer.repo.drivers import driver_settings

Tool = Literal["nbstripout", "nb-clean", "jupytext", "nbdime", "databooks"]
TOOLS: tuple[Tool, ...] = get_args(Tool)


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
# Tools known by the command a driver of any name calls.
_COMMANDS = ("nbstripout", "nb-clean", "nbwipers", "nbdev", "jupytext", "databooks", "nbconvert", "nbdiff")


# What a command of the tool says.
_SAYS = {
    "nbstripout": ("nbstripout",),
    "nb-clean": ("nb-clean", "nb_clean"),
    "jupytext": ("jupytext",),
    "nbdime": ("nbdime", "nbdiff", "nbmerge"),
    "databooks": ("databooks",),
}


def calls(command: str, tool: Tool) -> bool:
    """Whether a command line calls this tool."""
    return any(word in command for word in _SAYS[tool])


def sections_of(settings: dict[str, str], tool: Tool) -> tuple[str, ...]:
    """The sections of git's configuration that are a tool's filter, diff and merge drivers.

    Those whose commands call it, and the names it is known for where nothing is configured under them.
    """
    said: dict[str, str] = {}
    for key, value in settings.items():
        section = key.rpartition(".")[0]
        if "." in section:  # diff.tool is no driver
            said[section] = f"{said.get(section, '')} {value}"
    known = [rival.section for rival in RIVALS if tool in rival.tool.split(" or ") and rival.section not in said]
    return (*known, *(section for section, commands in said.items() if calls(commands, tool)))


def tool_of(rival: Rival | None) -> Tool | None:
    """The tool that `nbpeer init --from` takes over from; None when it is none of them."""
    return next((tool for tool in TOOLS if rival and tool in rival.tool.split(" or ")), None)


def rivals(folder: Path, scope: Scope | None = None) -> tuple[Rival, ...]:
    """The drivers of other tools that git's configuration holds in one scope, or in any."""
    settings = driver_settings(folder, scope)
    sections = {key.rpartition(".")[0] for key in settings}
    known = [rival for rival in RIVALS if rival.section in sections]
    named = {rival.section for rival in known} | {"filter.nbpeer", "diff.nbpeer", "merge.nbpeer"}
    for section in sorted(sections - named):
        said = " ".join(value for key, value in settings.items() if key.rpartition(".")[0] == section)
        tool = next((tool for tool in _COMMANDS if tool in said), "")
        if tool:
            known.append(Rival(tool, section, f"git config --remove-section {section}"))
    return tuple(known)


def of_attribute(found: tuple[Rival, ...], attribute: str) -> Rival | None:
    """The rival behind an attribute like `filter=nbstripout`; None when it is no tool we know."""
    section = attribute.replace("=", ".", 1)
    return next((rival for rival in (*found, *RIVALS) if rival.section == section), None)


def others(folder: Path, attributes: tuple[str, ...]) -> tuple[OtherDriver, ...]:
    """The drivers of other tools: where each is configured, and whether it is among the `attributes` that notebooks
    have, which may name drivers that are configured nowhere."""
    present: dict[Rival, list[Scope]] = {rival: [] for rival in rivals(folder)}
    for scope in get_args(Scope):
        for rival in rivals(folder, scope):
            present.setdefault(rival, []).append(scope)
    in_use = {attribute.replace("=", ".", 1) for attribute in attributes}
    shown = [
        OtherDriver(rival.tool, rival.section, tuple(scopes), rival.section in in_use, rival.remove)
        for rival, scopes in present.items()
    ]
    unknown = sorted(in_use - {rival.section for rival in present})
    return (*shown, *(OtherDriver("", section, (), True, "") for section in unknown))


def drops_tags(folder: Path) -> bool:
    """Whether nb-clean's filter is set to drop cell tags, `parameters` among them: its default."""
    command = driver_settings(folder).get("filter.nb-clean.clean", "")
    return bool(command) and not keeps_metadata(command.replace("'", " ").split())


def keeps_metadata(arguments: Iterable[str]) -> bool:
    """Whether nb-clean is told to keep cell metadata, all or some fields; nb-clean 5 names fields by an option."""
    told = ("-m", "--preserve-cell-metadata", "--preserve-cell-metadata-field")
    return any(argument.partition("=")[0] in told for argument in arguments)
