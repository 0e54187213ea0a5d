"""Everybody's JupyterLab: themes, screen readers, keys, Notebook 7, the commands where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import reviewing
from conftest import GitRepository
from lab.browser import team
from render.browsing import axe

if TYPE_CHECKING:
    from lab.browser.conftest import Visit
    from lab.browser.lab import Opened

COMMANDS = (
    "create-analysis run-analysis cancel-run check-notebook show-changes show-results compare-versions open-packet "
    "open-review sign-analysis strip-notebook edit-parameters open-catalogue-entry"
).split()
OURS = """() => {
  const parts = ['#nbpeer-review', '.nbpeer-dialog', '.nbpeer-mark', '.nbpeer-parameters'];
  return axe.run({ include: parts.filter(one => document.querySelector(one)).map(one => [one]) })
    .then(result => result.violations.map(v => `${v.id} (${v.impact}): ${v.nodes[0].html}`));
}"""


def changed(repo: GitRepository) -> None:
    """main has the analysis; a branch changed it."""
    reviewing.begin(repo)
    repo.git("branch", "--quiet", "-f", "main", "work")
    reviewing.edit(repo, lambda value: value["cells"][2].update(source="rate = 0.05\nprint(rate)\n"))
    reviewing.record(repo, 0.05, held=False)
    repo.commit("another rate", author="Analyst <analyst@example.org>")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"])
def test_axe_finds_nothing(repo: GitRepository, visit: Visit, theme: str) -> None:
    changed(repo)
    lab = visit(reviewing.PATH)
    lab.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    lab.page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)
    lab.review()
    lab.fold("checklist").locator(".nbpeer-question").first.wait_for()
    lab.page.locator(".nbpeer-mark").first.wait_for()
    axe(lab.page)
    assert lab.page.evaluate(OURS) == []


def test_every_command_has_a_label_a_caption_and_described_arguments(repo: GitRepository, visit: Visit) -> None:
    reviewing.begin(repo)
    lab = visit(reviewing.PATH)
    found = lab.page.evaluate(
        """async () => {
          const { commands } = window.jupyterapp;
          const ours = commands.listCommands().filter(id => id.startsWith('nbpeer:'));
          const described = await Promise.all(ours.map(id => commands.describedBy(id)));
          const keys = commands.keyBindings.filter(binding => binding.command.startsWith('nbpeer:')).length;
          return { keys, ours: ours.map((id, at) => {
            return [id, commands.label(id), commands.caption(id), !!described[at].args];
          }) };
        }"""
    )
    assert sorted(row[0] for row in found["ours"]) == sorted(f"nbpeer:{name}" for name in COMMANDS)
    assert all(label and caption and described for _, label, caption, described in found["ours"])
    assert found["keys"] == 0


def test_commands_stand_in_the_menu_the_toolbar_and_the_file_browser(repo: GitRepository, visit: Visit) -> None:
    team.begin(repo)
    repo.write(team.PATH, (repo.path / "nbpeer_templates/price_test/analysis.ipynb").read_bytes())
    lab = visit(team.PATH)
    lab.page.locator('.jp-NotebookPanel-toolbar [data-command="nbpeer:open-review"]').click()
    lab.panel.wait_for()
    lab.page.wait_for_function("() => document.querySelector('#nbpeer-review').offsetWidth >= 340")
    lab.command("filebrowser:go-to-path", path=f"{repo.path.name}/{team.PATH}", dontShowBrowser=False)
    lab.page.locator(".jp-DirListing-item", has_text="lower-price.ipynb").click(button="right")
    lab.page.locator(".lm-Menu-item", has_text="Analysis Review").hover()
    lab.page.locator(".lm-Menu-item", has_text="Strip Outputs").wait_for()
    lab.page.keyboard.press("Escape")
    lab.page.keyboard.press("Escape")
    lab.page.get_by_role("menuitem", name="View").click()
    lab.page.locator(".lm-Menu-item", has_text="Analysis Review").wait_for()


def test_a_finding_is_underlined_with_its_text_as_a_tooltip(repo: GitRepository, visit: Visit) -> None:
    lab = team_notebook(repo, visit)
    underline = lab.page.locator(".nbpeer-underline").first
    underline.wait_for()
    lab.page.locator(".nbpeer-underline-error").hover()
    lab.page.locator(".nbpeer-balloon", has_text="NBP302 join-type-implicit").wait_for()


def test_the_parameters_cell_is_edited_as_a_form(repo: GitRepository, visit: Visit) -> None:
    lab = team_notebook(repo, visit)
    lab.page.get_by_role("button", name="Edit as a form").click()
    lab.dialog.get_by_label("uplift").fill("2.5")
    lab.dialog.get_by_label("country").select_option("de")
    lab.accept()
    lab.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.content.model.cells.get(2).sharedModel.getSource().includes('2.5')"
    )
    assert 'country = "de"' in lab.source(2)


def test_a_waiver_needs_its_reason_and_stands_in_the_cell(repo: GitRepository, visit: Visit) -> None:
    lab = team_notebook(repo, visit)
    lab.review()
    lab.fold("checks").get_by_role("button", name="Waive join-type-implicit, cell 4 with a reason").click()
    lab.accept()
    lab.dialog.get_by_role("alert").wait_for()
    lab.dialog.get_by_label("Reason").fill("every user has a country")
    lab.accept()
    lab.fold("checks").get_by_text("1 waived or known").wait_for()
    assert "every user has a country" in lab.source(3)


def test_both_versions_side_by_side_and_the_packet(repo: GitRepository, visit: Visit) -> None:
    changed(repo)
    lab = visit(reviewing.PATH)
    lab.review()
    lab.button("Open side by side").click()
    visual = lab.page.locator(".nbpeer-visual")
    visual.locator(".jp-Cellrow-changed, .jp-Diff-twoway").first.wait_for()
    visual.get_by_role("heading", name="Question and decision").wait_for()  # a cell's lines are one text
    lab.command("nbpeer:open-packet", path=f"{repo.path.name}/{reviewing.PATH}")
    frame = lab.page.locator("iframe[src*='nbpeer/packet']")
    frame.wait_for()
    assert frame.get_attribute("sandbox") is not None
    lab.page.frame_locator("iframe[src*='nbpeer/packet']").get_by_text("Price test").first.wait_for()


def test_the_catalogue_entry_says_where_the_analysis_stands(repo: GitRepository, visit: Visit) -> None:
    changed(repo)
    lab = visit(reviewing.PATH)
    lab.command("nbpeer:open-catalogue-entry")
    entry = lab.dialog.locator(".nbpeer-entry")
    entry.get_by_text("In review").wait_for()
    assert "conversion: 0.05" in entry.inner_text()
    lab.accept()
    entry.wait_for(state="detached")


def test_notebook_7_has_the_same_panel(repo: GitRepository, visit: Visit) -> None:
    changed(repo)
    lab = visit(reviewing.PATH, face="notebook")
    lab.review()
    lab.panel.locator(".nbpeer-gate").wait_for()
    lab.fold("checklist").locator(".nbpeer-question").first.wait_for()
    assert lab.page.locator(".nbpeer-mark").first.inner_text() == "changed"
    box = lab.panel.bounding_box()
    assert box and box["x"] + box["width"] < 1401, "nothing is cut off"
    lab.button("Open side by side").click()
    lab.dialog.locator(".nbpeer-visual").wait_for()


def team_notebook(repo: GitRepository, visit: Visit) -> Opened:
    team.begin(repo)
    repo.write(team.PATH, (repo.path / "nbpeer_templates/price_test/analysis.ipynb").read_bytes())
    return visit(team.PATH)
