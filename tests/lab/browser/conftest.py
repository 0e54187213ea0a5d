"""One Chromium and one Jupyter server for all the browser tests; every test has its own folder and its own page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import GitRepository
from lab.browser.lab import Face, Opened, Served
from render.browsing import CHROMIUM, FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BUNDLE = Path(__file__).parents[3] / "src/nbpeer/labextension/package.json"
Visit = Callable[..., Opened]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser, or without the front end (built by `make lab`, which needs Node), it is said and skipped."""
    reason = "no Chromium is installed" if not CHROMIUM else "the front end is not built: make lab"
    if not CHROMIUM or not BUNDLE.is_file():
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def jp_asyncio_loop() -> None:
    """pytest-jupyter's loop, which the tests of the routes have in every test, and which Playwright does not bear."""


@pytest.fixture
def jp_server_cleanup() -> None:
    """No server of pytest-jupyter's is here."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server over a folder in which every test makes its own."""
    home = tmp_path_factory.mktemp("jupyter")
    (home / ".gitconfig").write_text(
        "[user]\nname = nobody\nemail = nobody@example.org\n[init]\ndefaultBranch = main\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        running = Served(home / "root", home)
    yield running
    running.stop()


@pytest.fixture
def folder(served: Served, request: pytest.FixtureRequest) -> Iterator[Path]:
    """An own folder below the server's root, no repository."""
    made = served.root / "".join(letter for letter in request.node.name if letter.isalnum() or letter == "_")
    made.mkdir()
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def repo(folder: Path) -> GitRepository:
    """A repository below the server's root; its person is analyst@example.org."""
    made = GitRepository(folder)
    made.git("init", "--quiet")
    made.be("analyst@example.org")
    return made


@pytest.fixture(scope="module")
def lab_page(browser: Browser, served: Served) -> Iterator[Opened]:
    """JupyterLab, loaded once: loading it takes longer than most tests."""
    opened = Opened(browser, served, "")
    yield opened
    opened.close()


@pytest.fixture
def visit(browser: Browser, served: Served, folder: Path, lab_page: Opened) -> Iterator[Visit]:
    """Open a notebook of the test's folder: `visit("analyses/pricing.ipynb")`, with `fresh=True` or another face in a
    page of its own. No page may have thrown an error."""
    pages: list[Opened] = []

    def start(path: str, *, fresh: bool = False, face: Face = "lab") -> Opened:
        own = fresh or face != "lab"
        opened = Opened(browser, served, f"{folder.name}/{path}", face) if own else lab_page
        if not own:
            opened.open(f"{folder.name}/{path}")
        pages.append(opened)
        return opened

    yield start
    thrown = [error for page in pages for error in page.errors]
    for page in pages:
        if page is lab_page:
            page.close_all()
        else:
            page.close()
    assert thrown == []
