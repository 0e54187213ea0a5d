"""Other tools' drivers, recognised in git's configuration."""

from __future__ import annotations

import pytest

from conftest import GitRepository
from nbpeer.cli.init import TOOLS as OFFERED
from nbpeer.repo.rivals import RIVALS, TOOLS, drops_tags, of_attribute, others, rivals, sections_of, tool_of


def test_there_are_none_in_a_new_repository(repo: GitRepository) -> None:
    assert rivals(repo.path) == ()


@pytest.mark.parametrize(
    "key, tool",
    [
        ("filter.nbstripout.clean", "nbstripout"),
        ("filter.nb-clean.clean", "nb-clean"),
        ("filter.jupyter.clean", "jupyter"),
        ("diff.ipynb.textconv", "nbstripout"),
        ("diff.jupyternotebook.command", "nbdime"),
        ("merge.nbdev-merge.driver", "nbdev"),
    ],
)
def test_rivals_are_recognised_in_any_scope(repo: GitRepository, key: str, tool: str) -> None:
    repo.git("config", "--global", key, "something")
    assert [rival.tool for rival in rivals(repo.path)] == [tool]
    assert rivals(repo.path, "local") == ()
    (shown,) = others(repo.path, ())
    assert (shown.scopes, shown.in_use) == (("global",), False)


@pytest.mark.parametrize("command, tool", [("jupytext --to md -o -", "jupytext"), ("python -m nbconvert", "nbconvert")])
def test_a_driver_of_any_name_is_recognised_by_the_tool_it_calls(repo: GitRepository, command: str, tool: str) -> None:
    repo.git("config", "diff.mine.textconv", command)
    (rival,) = rivals(repo.path)
    assert rival == (tool, "diff.mine", "git config --remove-section diff.mine")
    assert of_attribute(rivals(repo.path), "diff=mine") == rival


def test_drivers_of_no_notebook_tool_and_ours_are_no_rivals(repo: GitRepository) -> None:
    for key in ("filter.lfs.clean", "diff.nbpeer.textconv", "merge.ours.driver"):
        repo.git("config", key, "git-lfs clean")
    assert rivals(repo.path) == ()


def test_an_attribute_whose_driver_is_configured_nowhere_is_shown(repo: GitRepository) -> None:
    (shown,) = others(repo.path, ("filter=lost",))
    assert (shown.section, shown.scopes, shown.in_use, shown.tool) == ("filter.lost", (), True, "")


@pytest.mark.parametrize(
    "command, drops",
    [
        ("nb-clean clean", True),
        ("nb-clean clean -m tags", False),
        ("nb-clean clean '--preserve-cell-metadata-field=tags'", False),
        ("", False),
    ],
)
def test_nb_clean_drops_tags_unless_told_not_to(repo: GitRepository, command: str, drops: bool) -> None:
    if command:
        repo.git("config", "filter.nb-clean.clean", command)
    assert drops_tags(repo.path) is drops


def test_the_command_line_offers_every_tool_that_can_be_taken_over() -> None:
    assert OFFERED == TOOLS


def test_a_name_that_another_tool_uses_too_belongs_to_the_tool_that_it_calls() -> None:
    mine = {"diff.ipynb.textconv": "jupytext --to md -o -", "merge.jupyternotebook.driver": "nbdev_merge %O %A"}
    assert sections_of(mine, "nbstripout") == ("filter.nbstripout",)
    assert sections_of(mine, "nbdime") == ("diff.jupyternotebook",)
    assert sections_of(mine, "jupytext") == ("diff.ipynb",)
    assert sections_of({"diff.guitool": "nbdime", "difftool.nbdime.cmd": "x"}, "databooks") == ()


def test_a_rival_is_taken_over_by_its_tool() -> None:
    assert {rival.section: tool_of(rival) for rival in RIVALS} == {
        "filter.nbstripout": "nbstripout",
        "diff.ipynb": "nbstripout",
        "filter.nb-clean": "nb-clean",
        "filter.jupyter": None,
        "diff.jupyternotebook": "nbdime",
        "merge.jupyternotebook": "nbdime",
        "merge.nbdev-merge": None,
    }
