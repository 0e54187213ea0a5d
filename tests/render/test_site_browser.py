"""The site in real Chromium, from disk: found by words, read on a phone and in the dark, nothing loaded from afar."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from nbpeer.model.catalogue import Catalogue, CatalogueEntry, CatalogueMetric, HeadlineResult, Reviewed
from nbpeer.model.decision import Compared, DecidedAnalysis, Decision, DecisionSheet, OutcomeReview, Prediction
from nbpeer.model.metric import Metric
from nbpeer.render.page import vendored
from nbpeer.render.site import SiteOptions, site_pages
from render.browsing import CHROMIUM, CONTRAST, Opened, axe

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
STATUSES = ("approved", "in review", "lapsed", "draft", "superseded")
ENTRY = CatalogueEntry(
    path="analyses/pricing.ipynb",
    title="Does the lower price pay?",
    status="approved",
    reason="ann@example.org approved this content",
    kind="ab_test",
    tier="medium",
    question="Does the lower price raise conversion by enough to pay for itself?",
    answer="Yes: **by 0.8 points**.\n\n| new |\n|---|\n| 1 |\n\n<script>window.hacked = true</script>",
    decision="Roll the lower price out",
    decision_owner="Pricing lead",
    authors=("Ann Analyst",),
    reviews=(Reviewed("Bo Reviewer", "approve", "2026-11-02", True),),
    results=(HeadlineResult("conversion", "0.0412", "%"), HeadlineResult("a_name_" * 12, "1")),
    caveats=("Sundays are missing",),
    metrics=("conversion@2.0",),
    tags=("pricing", "mobile app"),
    decisions=("decisions/0007-price.md",),
    created="2026-10-01",
    updated="2026-11-02",
)


SEEN = Prediction("conversion", 0.0412, 0.04, 0.05, "%", datetime.date(2026, 12, 24))
DECISION = Decision(
    number=7,
    path="decisions/0007-price.md",
    title=ENTRY.title,
    status="decided",
    analysis=DecidedAnalysis(ENTRY.path, "sha256:" + "ab" * 32, not_approved="the reviewer was ill"),
    date=datetime.date(2026, 11, 3),
    decision_makers=("Pricing lead",),
    chosen="Roll the lower price out, " * 6,
    hypothesis="Conversion rises.",
    predictions=(SEEN, replace(SEEN, metric="a_name_" * 12)),
    outcome_review=OutcomeReview(datetime.date(2027, 1, 1), "Pricing lead"),
)
SHEET = DecisionSheet(
    DECISION,
    (Compared(SEEN, 0.06, SEEN.by, False), Compared(DECISION.predictions[1])),
    "refuted",
    notes=("they differ",),
)
METRIC = CatalogueMetric(
    Metric("conversion", "sha256:12", description="Buyers of visitors.", version="2.1", owner="sales"),
    "SELECT\n  " + "COUNT(DISTINCT a) / COUNT(*) AS conversion, " * 4,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("site")
    others = [
        replace(ENTRY, path=f"other/{number}.ipynb", title=f"Other {number}", question="", status=status)
        for number, status in enumerate(STATUSES)
    ]
    catalogue = Catalogue("main", (ENTRY, *others), ("this clone is shallow: dates and authors are incomplete",))
    catalogue = replace(catalogue, decisions=(SHEET,), metrics=(METRIC,), registry="metrics.yml")
    for page in site_pages(catalogue, SiteOptions("What we know"), "1", vendored("minisearch.js")):
        (top / page.path).parent.mkdir(parents=True, exist_ok=True)
        (top / page.path).write_bytes(page.render())
    return top


PAGES = [
    "decisions.html",
    "metrics/conversion.html",
    "index.html",
    "analyses/analyses/pricing.html",
    "tags/pricing.html",
    "status/draft.html",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_and_can_be_read(browser: Browser, folder: Path, name: str, scheme: str) -> None:
    opened = Opened(browser, folder / name, color_scheme=scheme, bypass_csp=True)
    assert axe(opened.page) == []
    assert opened.page.evaluate(CONTRAST) == []
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_phone_and_nothing_comes_from_afar(browser: Browser, folder: Path, name: str) -> None:
    opened = Opened(browser, folder / name, viewport={"width": 360, "height": 740})
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert opened.page.evaluate("window.hacked") is None
    assert opened.console == []
    assert all(url.startswith(folder.as_uri()) for url in opened.requests)
    opened.close()


@pytest.mark.skipif(not vendored("minisearch.js"), reason="built without the search library, for which Node is needed")
def test_words_find_an_analysis_wherever_one_stands_and_nothing_is_loaded_before(
    browser: Browser, folder: Path
) -> None:
    opened = Opened(browser, folder / "tags/pricing.html")
    page = opened.page
    assert not any("minisearch" in url for url in opened.requests)
    page.keyboard.press("/")
    page.keyboard.type("lower prise raise")
    page.get_by_role("link", name=ENTRY.title).wait_for()
    assert page.get_by_role("status").text_content() == "1 analysis"
    page.get_by_role("link", name=ENTRY.title).click()
    assert page.get_by_role("heading", level=1).text_content() == ENTRY.title
    page.go_back()
    page.get_by_label("Search every analysis").fill("nothing like it")
    page.get_by_text("0 analyses").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("heading", level=1).is_visible()
    assert opened.console == []
    opened.close()


def test_without_the_library_there_is_no_search_and_all_else(browser: Browser, folder: Path, tmp_path: Path) -> None:
    for page in site_pages(Catalogue("main", (replace(ENTRY, decisions=()),)), SiteOptions(), "1", ""):
        (tmp_path / page.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / page.path).write_bytes(page.render())
    opened = Opened(browser, tmp_path / "index.html")
    assert opened.page.locator("script, input").count() == 0
    assert opened.page.get_by_role("link", name=ENTRY.title).is_visible()
    opened.close()
    shutil.rmtree(tmp_path)
