"""The page of a vote in real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nbpeer.model.ballot import Dimension, DimensionResult, VoteResult
from nbpeer.render.votes import votes_html
from render.browsing import BAD, CHROMIUM, CONTRAST, Opened, axe

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")


def dimension(name: str, counts: tuple[int, ...], **known: object) -> DimensionResult:
    said = Dimension(name, f"<b>{name}</b>", f"<script>{BAD}</script>", "x" * 300)
    return DimensionResult(said, sum(counts), counts, **known)  # type: ignore[arg-type]


VOTE = VoteResult(
    "2026-11-01",
    "How are we?",
    5,
    (
        dimension(
            "data", (2, 0, 0, 0, 3), median=5.0, spread=2.4, before=3.0, trend=2.0, said=(f"<img onerror={BAD}>",)
        ),
        dimension("review", (0, 5, 0, 0, 0), median=2.0, spread=0.0, before=3.0, trend=-1.0),
        dimension("care", (0, 0, 0, 0, 0), median=None, spread=None, note="new"),
    ),
    "2026-05-01",
    ("votes/2026-11-01/x.json is not counted: it was edited",),
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("votes") / "votes.html"
    path.write_text(votes_html(VOTE), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser: Browser, file: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    found = Opened(browser, file, **getattr(request, "param", {}))
    yield found
    found.close()


def test_nothing_runs_and_nothing_is_loaded(opened: Opened, file: Path) -> None:
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.title() == "How are we? · 2026-11-01"
    assert opened.console == []
    assert opened.requests == [file.as_uri()]


@pytest.mark.parametrize(
    "opened", [{"color_scheme": "light"}, {"color_scheme": "dark"}], ids=["light", "dark"], indirect=True
)
def test_axe_finds_nothing_and_every_text_can_be_read(opened: Opened) -> None:
    assert axe(opened.page) == []
    assert opened.page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_never_scrolls_sideways(browser: Browser, file: Path, width: int) -> None:
    opened = Opened(browser, file, viewport={"width": width, "height": 800})
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    opened.close()


def test_the_order_is_the_reports_and_a_chart_is_told_in_words(opened: Opened) -> None:
    names = opened.page.locator("h2:visible").all_inner_texts()
    assert names == ["<b>data</b>", "<b>review</b>", "<b>care</b>"]
    label = opened.page.locator("svg").first.get_attribute("aria-label")
    assert label == "2 gave 1, 0 gave 2, 0 gave 3, 0 gave 4, 3 gave 5"
    assert opened.page.get_by_text("up from 3").count() == 1
    assert opened.page.get_by_text("not counted: it was edited").count() == 1


def test_there_are_no_changes_to_walk_through(opened: Opened) -> None:
    assert opened.page.get_by_text("Next change").count() == 0


def test_on_paper_the_bars_are_there_and_the_buttons_are_not(opened: Opened) -> None:
    opened.page.emulate_media(media="print")
    assert opened.page.get_by_text("Light or dark").is_hidden()
    assert opened.page.locator("svg").first.is_visible()
