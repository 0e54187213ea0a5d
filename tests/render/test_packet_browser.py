"""A packet in real Chromium: nothing runs, nothing loads, nothing overflows; keys work; colours can be read."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nbpeer.render.packet import packet_html
from render import sample
from render.browsing import BAD, CHROMIUM, CONTRAST, HOSTILE, Opened, axe, display

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packet") / "packet.html"
    path.write_text(packet_html([sample.packet(outputs=HOSTILE)]), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser: Browser, file: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    found = Opened(browser, file, **getattr(request, "param", {}))
    yield found
    found.close()


def test_no_script_of_the_notebook_runs_and_nothing_is_loaded(opened: Opened, file: Path) -> None:
    page = opened.page
    page.keyboard.press("c")
    page.get_by_text("press", exact=True).click()
    page.wait_for_load_state()
    assert page.evaluate("window.hacked") is None
    assert page.title() == "Price test · review packet"
    assert opened.console == []
    assert {url for url in opened.requests if not url.startswith("data:image/")} == {file.as_uri()}


def test_even_a_script_that_slipped_through_would_not_run(browser: Browser, file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    slipped = f"<script>{BAD}</script><img src=x onerror=\"{BAD}\"><img src='https://example.org/x.png'></main>"
    broken.write_text(file.read_text(encoding="utf-8").replace("</main>", slipped), encoding="utf-8")
    opened = Opened(browser, broken)
    assert opened.page.evaluate("window.hacked") is None
    assert all("csp" in why for url, why in opened.failures if "example.org" in url)
    assert [url for url in opened.requests if "example.org" in url] == [
        url for url, _ in opened.failures if "ex" in url
    ]
    assert any("Content Security Policy" in line for line in opened.console)
    opened.close()


def test_outputs_cannot_cover_the_page_or_dress_up_as_a_verdict(opened: Opened) -> None:
    assert opened.page.evaluate("getComputedStyle(document.body).display") == "block"
    assert opened.page.locator(".notebook .chip").count() == 0
    assert opened.page.evaluate(
        "[...document.querySelectorAll('.notebook *')].every(e => getComputedStyle(e).position !== 'fixed')"
    )


def test_a_wide_table_scrolls_inside_itself_on_a_phone(browser: Browser, file: Path) -> None:
    opened = Opened(browser, file, viewport={"width": 390, "height": 844})
    opened.page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    wide, lost = opened.page.evaluate(
        """() => {
          const boxes = [...document.querySelectorAll("table")].map((table) => {
            let box = table.parentElement;
            while (box && getComputedStyle(box).overflowX !== "auto") box = box.parentElement;
            return [table, box];
          }).filter(([table]) => table.getBoundingClientRect().width > 390);
          return [boxes.length, boxes.filter(([, box]) => !box || box.getBoundingClientRect().right > 390).length];
        }"""
    )
    assert (wide > 0, lost) == (True, 0)
    opened.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("every_fold", [False, True], ids=["folded", "all open"])
def test_the_page_never_scrolls_sideways(browser: Browser, file: Path, width: int, every_fold: bool) -> None:
    opened = Opened(browser, file, viewport={"width": width, "height": 800})
    if every_fold:
        opened.page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    opened.close()


def test_n_and_p_walk_the_changes_and_say_where_they_are(opened: Opened) -> None:
    page = opened.page
    changes = page.locator("[data-change]")
    count = changes.count()
    page.keyboard.press("n")
    assert page.get_by_role("status").text_content() == f"Change 1 of {count}"
    assert changes.nth(0).evaluate("e => e === document.activeElement")
    page.keyboard.press("n")
    page.keyboard.press("p")
    page.keyboard.press("p")
    assert page.get_by_role("status").text_content() == f"Change {count} of {count}"
    assert changes.nth(count - 1).evaluate("e => { const r = e.getBoundingClientRect(); return r.top < innerHeight }")


def test_c_shows_and_folds_all_code(opened: Opened) -> None:
    page = opened.page
    code = page.locator(".notebook").get_by_text("orders.query", exact=False)
    assert not code.is_visible()
    page.keyboard.press("c")
    assert code.is_visible()
    page.keyboard.press("c")
    assert not code.is_visible()


def test_a_question_mark_opens_the_help_and_escape_closes_it(opened: Opened) -> None:
    opened.page.keyboard.press("?")
    assert opened.page.get_by_role("dialog").is_visible()
    opened.page.keyboard.press("Escape")
    assert not opened.page.get_by_role("dialog").is_visible()


def test_a_shortcut_of_the_browser_is_left_alone(opened: Opened) -> None:
    opened.page.keyboard.press("Control+n")
    assert opened.page.get_by_role("status").text_content() == ""


def test_the_theme_follows_the_system_until_a_person_chooses(opened: Opened) -> None:
    page = opened.page
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Light or dark").click()
    dark = page.evaluate(background)
    assert dark != light
    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(background) == light


@pytest.mark.parametrize("opened", [{"java_script_enabled": False}], indirect=True)
def test_everything_can_be_reached_without_javascript(opened: Opened) -> None:
    page = opened.page
    assert page.get_by_role("button", name="Next change").count() == 0
    source = page.locator("details.source").nth(2)
    source.locator("summary").click()
    assert source.get_by_text("import", exact=True).first.is_visible()


def test_a_finding_leads_to_its_cell(opened: Opened) -> None:
    opened.page.locator(".findings a").first.click()
    assert opened.page.locator("#a1-cell-5").evaluate("e => e.matches(':target')")


def test_a_person_printing_gets_everything(opened: Opened) -> None:
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator("details:not([open])").count() == 0


@pytest.mark.parametrize(
    "opened", [{"color_scheme": "light"}, {"color_scheme": "dark"}], ids=["light", "dark"], indirect=True
)
def test_every_text_has_enough_contrast(opened: Opened) -> None:
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgb(18, 21, 26)",
    )
    assert opened.page.evaluate(CONTRAST) == []


@pytest.mark.parametrize(
    "opened", [{"color_scheme": "light"}, {"color_scheme": "dark"}], ids=["light", "dark"], indirect=True
)
def test_axe_finds_nothing(opened: Opened) -> None:
    assert axe(opened.page) == []


def test_a_large_analysis_stays_small_enough_to_open(browser: Browser, tmp_path: Path) -> None:
    picture = base64.b64encode(os.urandom(4_000_000)).decode()
    outputs = [display(**{"image/png": picture}) for _ in range(12)]
    path = tmp_path / "large.html"
    path.write_text(packet_html([sample.packet(outputs=outputs)]), encoding="utf-8")
    assert path.stat().st_size < 40_000_000
    opened = Opened(browser, path)
    assert "already fill the packet" in (opened.page.locator(".notebook").text_content() or "")
    opened.close()
