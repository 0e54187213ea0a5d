"""What the panel says when something stands in the way: said clearly, nothing lost, nothing run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import making
import reviewing
from conftest import GitRepository
from lab.browser import team
from render.browsing import BAD, HOSTILE

if TYPE_CHECKING:
    from lab.browser.conftest import Visit

CODE = "import time\ntime.sleep(60)\n"


def test_a_folder_that_is_no_repository(folder: Path, visit: Visit) -> None:
    (folder / "notes.ipynb").write_text(making.text(making.notebook(making.code("x = 1\n"))))
    lab = visit("notes.ipynb")
    panel = lab.review()
    panel.get_by_text("is not inside a git repository").wait_for()
    lab.fold("checks").wait_for()
    assert lab.fold("checklist").count() == 0


def test_a_missing_base(repo: GitRepository, visit: Visit) -> None:
    reviewing.begin(repo)
    repo.git("branch", "--quiet", "-D", "main")
    panel = visit(reviewing.PATH).review()
    panel.locator(".nbpeer-notice-warning").first.wait_for()
    assert "base" in panel.locator(".nbpeer-notice-warning").first.inner_text()


def test_a_notebook_that_is_no_analysis(repo: GitRepository, visit: Visit) -> None:
    reviewing.begin(repo)
    repo.write("scratch.ipynb", making.notebook(making.code("x = 1\n"), header=None))
    panel = visit("scratch.ipynb").review()
    panel.get_by_text("This notebook is no analysis.").wait_for()


def test_invalid_front_matter_leads_to_its_line(repo: GitRepository, visit: Visit) -> None:
    reviewing.begin(repo)
    reviewing.edit(repo, lambda value: value["cells"][0].update(source=making.HEADER.replace("medium", "huge")))
    lab = visit(reviewing.PATH)
    panel = lab.review()
    panel.get_by_text("The front matter cannot be read.").wait_for()
    lab.button("Go to line 8").click()
    lab.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.content.activeCell.editor.getCursorPosition().line === 7"
    )


def test_review_never_writes_the_notebook(repo: GitRepository, visit: Visit) -> None:
    reviewing.begin(repo)
    before = (repo.path / reviewing.PATH).read_bytes()
    lab = visit(reviewing.PATH)
    lab.review()
    lab.fold("checklist").locator(".nbpeer-question").first.wait_for()
    lab.page.wait_for_function("() => window.jupyterapp.shell.currentWidget.context.model.dirty")
    lab.fold("checklist").get_by_role("radio", name="yes").first.check()
    lab.page.wait_for_function("() => document.querySelector('.nbpeer-kept').textContent === ''")
    assert lab.panel.get_by_text("Unsaved changes.").count() == 0, "what a kernel wrote is nobody's change"
    assert (repo.path / reviewing.PATH).read_bytes() == before


def test_a_server_that_is_gone_in_the_middle_loses_no_answer(repo: GitRepository, visit: Visit) -> None:
    reviewing.begin(repo)
    lab = visit(reviewing.PATH)
    lab.review()
    question = lab.fold("checklist").locator(".nbpeer-question").first
    question.wait_for()
    lab.context.set_offline(True)
    question.get_by_role("radio", name="no", exact=True).check()
    question.get_by_label("Note on").fill("Sundays are missing")
    lab.fold("checklist").get_by_text("The server does not answer").wait_for()
    lab.button("Ask the server again").click()
    lab.panel.get_by_text("kept here and").wait_for()
    lab.context.set_offline(False)
    lab.button("Try now").click()
    lab.panel.get_by_text("kept here and").wait_for(state="detached")
    lab.page.wait_for_function("() => document.querySelector('.nbpeer-kept').textContent === ''")
    lab.close_all()
    lab.open(f"{repo.path.name}/{reviewing.PATH}")
    lab.review()
    question.get_by_label("Note on").wait_for()
    assert question.get_by_label("Note on").input_value() == "Sundays are missing"


def test_an_answer_that_could_not_be_sent_outlives_a_reload(repo: GitRepository, visit: Visit) -> None:
    reviewing.begin(repo)
    lab = visit(reviewing.PATH, fresh=True)
    lab.review()
    question = lab.fold("checklist").locator(".nbpeer-question").first
    question.wait_for()
    lab.context.set_offline(True)
    question.get_by_role("radio", name="no", exact=True).check()
    lab.fold("checklist").get_by_text("The server does not answer").wait_for()
    lab.context.set_offline(False)
    lab.context.route("**/nbpeer/sitting*", lambda one: one.abort() if one.request.method == "PUT" else one.continue_())
    lab.load(f"{repo.path.name}/{reviewing.PATH}")
    lab.context.unroute_all()
    lab.review()
    question.get_by_role("radio", name="no", exact=True).and_(lab.page.locator(":checked")).wait_for()
    lab.page.wait_for_function("() => document.querySelector('.nbpeer-kept').textContent === ''")


def test_other_peoples_ticks_appear(repo: GitRepository, visit: Visit) -> None:
    reviewing.begin(repo)
    first = visit(reviewing.PATH)
    first.review()
    first.fold("checklist").locator(".nbpeer-question").first.get_by_role("radio", name="yes").check()
    first.page.wait_for_function("() => document.querySelector('.nbpeer-kept').textContent === ''")
    repo.be(reviewing.SECOND)
    second = visit(reviewing.PATH, fresh=True)
    second.review()
    second.fold("checklist").get_by_text(f"{reviewing.REVIEWER}: yes").wait_for()


def test_a_notebook_renamed_and_deleted_under_the_panel(repo: GitRepository, visit: Visit) -> None:
    reviewing.begin(repo)
    lab = visit(reviewing.PATH)
    lab.review()
    lab.panel.locator(".nbpeer-gate").wait_for()
    path = f"{repo.path.name}/{reviewing.PATH}"
    rename = "([old, to]) => window.jupyterapp.serviceManager.contents.rename(old, to)"
    lab.page.evaluate(rename, [path, path.replace("pricing", "prices")])
    lab.panel.locator("h2[title$='prices.ipynb']").wait_for()
    lab.panel.locator(".nbpeer-gate").wait_for()
    (repo.path / "analyses/prices.ipynb").unlink()
    lab.button("Ask the server again").click()
    lab.panel.get_by_text("is not there").first.wait_for()
    assert lab.source(2).startswith("rate"), "what is open stays open"


def test_a_cancelled_run_says_so(repo: GitRepository, visit: Visit) -> None:
    reviewing.begin(repo, reviewing.pricing(source=CODE))
    lab = visit(reviewing.PATH)
    lab.review()
    lab.button("Run with parameters").click()
    lab.accept()
    lab.panel.get_by_text("cell 3 of").first.wait_for()
    lab.button("Cancel the run").click()
    lab.panel.get_by_text("Run cancelled").wait_for()


def test_a_notebook_of_50_megabytes_is_reviewed_like_any_other(repo: GitRepository, visit: Visit) -> None:
    reviewing.begin(repo)
    output = {"output_type": "display_data", "metadata": {}, "data": {"application/x-table": "x" * 52_000_000}}
    repo.write(reviewing.PATH, making.notebook(making.code("print('x')\n", outputs=[output])))
    lab = visit(reviewing.PATH)
    lab.review()
    lab.panel.locator(".nbpeer-gate, .nbpeer-notice-warning").first.wait_for()
    lab.fold("checks").get_by_role("button", name="Show all").click()  # many sections are missing
    lab.fold("checks").get_by_text("NBP605").first.wait_for()


def test_hostile_text_is_shown_as_text_and_nothing_of_it_runs(repo: GitRepository, visit: Visit) -> None:
    evil = f'<img src=x onerror="{BAD}">'
    header = making.HEADER.replace(
        "question: Does the lower price raise conversion?", f"question: {json.dumps(evil + ' why?')}"
    )
    notebook = making.notebook(
        making.code(f"# {evil}\nprint('TODO {evil}')\n", outputs=HOSTILE), making.markdown(f"# {evil}\n"), header=header
    )
    reviewing.begin(repo)
    repo.write(reviewing.PATH, notebook)
    repo.commit("hostile")
    kind = team.KIND.replace('"Price test"', json.dumps(evil)).replace('"Compare two prices."', json.dumps(evil))
    repo.write("nbpeer_templates/evil/template.toml", kind)
    repo.write("nbpeer_templates/evil/checklist.yml", team.CHECKLIST)
    own = team.HEADER.replace("price_test", "evil")
    repo.write("nbpeer_templates/evil/analysis.ipynb", making.notebook(*team.cells(), header=own))
    lab = visit(reviewing.PATH)
    panel = lab.review()
    panel.get_by_text(evil).first.wait_for()
    lab.fold("changes").locator(".nbpeer-line").first.wait_for()
    lab.command("nbpeer:create-analysis", folder=repo.path.name)
    lab.dialog.locator("select").first.select_option("evil")
    lab.dialog.locator("#nbpeer-new-kind-help").get_by_text(evil).wait_for()
    assert lab.page.evaluate("() => window.hacked") is None
    assert panel.locator("img[src=x]").count() == 0
