"""One analysis from its template to its gate, in a real JupyterLab with a real kernel, and out again by an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conftest import GitRepository
from lab.browser import team

if TYPE_CHECKING:
    from lab.browser.conftest import Visit
    from lab.browser.lab import Opened


def test_template_run_check_fix_diff_checklist_sign_off_gate_edit_lapsed(repo: GitRepository, visit: Visit) -> None:
    team.begin(repo)
    lab = visit("nbpeer_templates/price_test/analysis.ipynb")
    create(lab, repo)
    run(lab, "1.5")
    fix(lab)
    publish(lab, repo)
    change_and_look(lab, repo)
    answer_by_keys(lab)
    sign(lab)
    edit_and_lapse(lab)


def create(lab: Opened, repo: GitRepository) -> None:
    lab.command("nbpeer:create-analysis", folder=f"{repo.path.name}/analyses", kind="price_test")
    lab.dialog.get_by_label("Title").fill("Lower price")
    lab.dialog.get_by_label("uplift").fill("9")
    lab.accept()
    assert "uplift" in lab.dialog.get_by_role("alert").inner_text(), "out of bounds: refused, and asked again"
    assert lab.dialog.get_by_label("Title").input_value() == "Lower price", "nothing typed is lost"
    lab.dialog.get_by_label("uplift").fill("1.0")
    lab.accept()
    lab.wait_for_notebook("lower-price.ipynb")
    assert "uplift = 1.0" in lab.source(2)


def run(lab: Opened, uplift: str) -> None:
    lab.review()
    run_to_its_end(lab, uplift)
    result = lab.fold("results").locator("[data-result=conversion]")
    result.wait_for()
    assert "5.62 %" in result.inner_text()


def run_to_its_end(lab: Opened, uplift: str = "", button: str = "Run") -> None:
    lab.button("Run with parameters").click()
    assert lab.dialog.locator(".jp-mod-accept").inner_text() == button
    if uplift:
        lab.dialog.get_by_label("uplift").fill(uplift)
    lab.accept()
    lab.panel.get_by_text("Run completed").wait_for()
    lab.button("Dismiss the run").click()


def fix(lab: Opened) -> None:
    checks = lab.fold("checks")
    finding = checks.locator("[data-finding=NBP302]")
    finding.wait_for()
    assert "error" in finding.inner_text()
    finding.get_by_role("button", name="cell 4, line 6").click()
    lab.page.wait_for_function("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex === 3")
    finding.get_by_role("button", name="Fix").click()
    finding.wait_for(state="detached")
    assert 'how="inner"' in lab.source(3)
    lab.panel.get_by_text("Unsaved changes.").wait_for()
    lab.button("Save the notebook").click()
    lab.panel.get_by_text("Unsaved changes.").wait_for(state="detached")


def publish(lab: Opened, repo: GitRepository) -> None:
    """The analyst's first version, run and merged; a second one with another number on a branch."""
    run_to_its_end(lab)
    repo.commit("lower price")
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "work")
    repo.git("switch", "--quiet", "-c", "again")


def change_and_look(lab: Opened, repo: GitRepository) -> None:
    lab.edit(4, lab.source(4).replace("4.12", "4.02"))
    run_to_its_end(lab, button="Save and run")
    repo.commit("the price of November")
    repo.be(team.REVIEWER)
    lab.button("Ask the server again").click()
    change = lab.fold("changes").get_by_role("button", name="cell 5, changed (source)")
    change.wait_for()
    assert "4.12" in lab.fold("changes").locator("del").inner_text()
    mark = lab.page.locator(".nbpeer-mark")
    mark.wait_for()
    assert mark.inner_text() == "changed"
    change.click()
    lab.page.wait_for_function("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex === 4")
    values = lab.fold("results").locator("[data-result=conversion] .nbpeer-values")
    values.get_by_text("5.02 %").wait_for()
    assert values.inner_text().startswith("5.12 %")


def answer_by_keys(lab: Opened) -> None:
    """No mouse: y goes on to the next question, an answer is kept at once."""
    lab.fold("checklist").get_by_text(f"You are {team.REVIEWER}").wait_for()
    questions = lab.fold("checklist").locator(".nbpeer-question")
    questions.first.focus()
    for _ in range(questions.count()):
        lab.page.keyboard.press("y")
    lab.fold("checklist").get_by_role("button", name="Approve…").wait_for()
    lab.page.wait_for_function("() => !document.querySelector('.nbpeer-decide button').disabled")


def sign(lab: Opened) -> None:
    lab.fold("checklist").get_by_role("button", name="Approve…").click()
    lab.dialog.get_by_label("Comment").fill("fine by me")
    lab.accept()
    lab.panel.get_by_text("Gate met").wait_for()
    holds = lab.fold("signoffs").locator(".nbpeer-signoff-holds")
    holds.wait_for()
    assert "fine by me" in holds.inner_text()


def edit_and_lapse(lab: Opened) -> None:
    lab.edit(4, lab.source(4).replace("4.02", "4.22"))
    lab.panel.get_by_text("Unsaved changes.").wait_for()
    assert lab.panel.get_by_text("Gate met").is_visible(), "the gate goes by the saved file"
    lab.button("Save the notebook").click()
    lab.panel.get_by_text("Gate not met").wait_for()
    lab.fold("signoffs").locator(".nbpeer-signoff-lapsed").wait_for()
