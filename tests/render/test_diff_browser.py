"""The HTML diff in real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nbpeer.model.change import CellChange
from nbpeer.model.notebook import Cell
from nbpeer.render.diff_html import diff_html
from render import diff_sample
from render.browsing import CHROMIUM, CONTRAST, HOSTILE, Opened, axe

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
SCHEMES = pytest.mark.parametrize(
    "opened", [{"color_scheme": "light"}, {"color_scheme": "dark"}], ids=["light", "dark"], indirect=True
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("diff") / "diff.html"
    report = diff_sample.report(diff_sample.analysis(extra=HOSTILE))
    path.write_text(diff_html(report, diff_sample.figures()), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser: Browser, file: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    found = Opened(browser, file, **getattr(request, "param", {}))
    yield found
    found.close()


def test_no_script_of_the_notebook_runs_and_nothing_is_loaded(opened: Opened, file: Path) -> None:
    opened.page.get_by_text("press", exact=True).click()
    opened.page.wait_for_load_state()
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.title() == "analyses/pricing.ipynb · diff"
    assert opened.console == []
    assert {url for url in opened.requests if not url.startswith("data:image/")} == {file.as_uri()}


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("every_fold", [False, True], ids=["folded", "all open"])
def test_the_page_never_scrolls_sideways(browser: Browser, file: Path, width: int, every_fold: bool) -> None:
    opened = Opened(browser, file, viewport={"width": width, "height": 800})
    if every_fold:
        opened.page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    opened.close()


def test_n_and_p_walk_the_changes_results_first(opened: Opened) -> None:
    page = opened.page
    count = page.locator("[data-change]").count()
    page.keyboard.press("n")
    assert page.get_by_role("status").text_content() == f"Change 1 of {count}"
    assert "effect" in (page.locator(".is-here").text_content() or "")
    page.keyboard.press("p")
    assert page.get_by_role("status").text_content() == f"Change {count} of {count}"


def test_c_leaves_the_story_and_brings_the_code_back(opened: Opened) -> None:
    page = opened.page
    code = page.locator(".cellchange.is-code .source-lines").first
    prose = page.locator(".story").first
    assert code.is_visible()
    assert not prose.is_visible()
    page.keyboard.press("c")
    assert not code.is_visible()
    assert prose.is_visible()
    assert page.get_by_text("Table", exact=True).first.is_visible()
    assert page.get_by_role("button", name="Hide code").get_attribute("aria-pressed") == "true"
    page.keyboard.press("c")
    assert code.is_visible()


def test_u_hides_what_did_not_change(opened: Opened) -> None:
    page = opened.page
    stretch = page.locator(".stretch").first
    assert stretch.is_visible()
    page.keyboard.press("u")
    assert not stretch.is_visible()
    assert page.locator("[data-change]").first.is_visible()
    page.get_by_role("button", name="Hide unchanged").click()
    assert stretch.is_visible()


@pytest.mark.parametrize("opened", [{"java_script_enabled": False}], indirect=True)
def test_everything_can_be_reached_without_javascript(opened: Opened) -> None:
    assert opened.page.get_by_role("button").count() == 0
    opened.page.locator(".stretch > summary").first.click()
    assert opened.page.locator(".stretch .quiet").first.is_visible()


def test_a_person_printing_gets_everything(opened: Opened) -> None:
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator("details:not([open])").count() == 0


@SCHEMES
def test_every_text_has_enough_contrast(opened: Opened) -> None:
    assert opened.page.evaluate(CONTRAST) == []


@SCHEMES
def test_axe_finds_nothing(opened: Opened) -> None:
    assert axe(opened.page) == []
    opened.page.keyboard.press("c")
    opened.page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    assert axe(opened.page) == []


def test_five_hundred_cells_with_fifty_changes_take_every_key(browser: Browser, tmp_path: Path) -> None:
    source = "\n".join(f"line_{number} = compute({number})" for number in range(20))
    outputs = [output for change in diff_sample.analysis().cells for output in change.changed_outputs]
    cells = []
    for number in range(500):
        before = Cell(number, "code", source)
        if number % 10:
            cells.append(CellChange("unchanged", before, before))
        else:
            after = Cell(number, "code", source.replace("line_7 ", "line_seven "))
            cells.append(
                CellChange("changed", before, after, ("source",), outputs=(outputs[number // 10 % len(outputs)],))
            )
    path = tmp_path / "large.html"
    path.write_text(diff_html(diff_sample.report(diff_sample.analysis(cells=tuple(cells)))), encoding="utf-8")
    opened = Opened(browser, path)
    for key in "nnnnncucu":
        opened.page.keyboard.press(key)
    assert opened.page.locator(".cellchange").count() == 50
    opened.close()
