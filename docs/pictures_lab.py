"""The pictures of JupyterLab in docs/lab.md, from a real JupyterLab over a real repository."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs/images"
SOURCE = """import pandas as pd
rate = 0.05
both = pd.read_csv("orders.csv").merge(pd.read_csv("users.csv"), on="user")
print(rate)
"""
SIZE = {"width": 1360, "height": 860}


def pictures(browser: Browser) -> None:
    """Take every picture of docs/lab.md anew."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
    import reviewing
    from conftest import GitRepository
    from lab.browser.lab import Opened, Served

    folder = Path(tempfile.mkdtemp(prefix="nbpeer-lab-"))
    person = "[user]\nname = analyst\nemail = analyst@example.org\n[init]\ndefaultBranch = main\n"
    (folder / ".gitconfig").write_text(person)
    os.environ.update(HOME=str(folder), GIT_CONFIG_NOSYSTEM="1")
    repo = GitRepository(folder / "team")
    repo.git("init", "--quiet")
    _analysis(repo)
    served = Served(repo.path, folder / "jupyter")
    try:
        lab = Opened(browser, served, reviewing.PATH, viewport=SIZE)
        lab.review()
        _widen(lab)
        lab.fold("checklist").locator(".nbpeer-question").first.wait_for()
        lab.page.locator(".nbpeer-mark").first.wait_for()
        _take(lab, "lab-review")
        lab.fold("checklist").evaluate("section => section.scrollIntoView()")
        _take(lab, "lab-checklist")
        lab.command("nbpeer:create-analysis", folder="analyses")
        lab.dialog.get_by_label("Title").fill("Does the lower price work?")
        _take(lab, "lab-new")
        lab.dialog.locator(".jp-mod-reject").click()
        theme = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
        lab.page.evaluate(theme, "JupyterLab Dark")
        lab.page.wait_for_function("() => document.body.dataset.jpThemeName === 'JupyterLab Dark'")
        lab.fold("changes").evaluate("section => section.scrollIntoView()")
        _take(lab, "lab-dark")
        lab.close()
    finally:
        served.stop()


def _analysis(repo: object) -> None:
    import reviewing
    from conftest import GitRepository

    assert isinstance(repo, GitRepository)
    reviewing.begin(repo)
    repo.git("branch", "--quiet", "-f", "main", "work")
    reviewing.edit(repo, lambda value: value["cells"][2].update(source=SOURCE))
    reviewing.record(repo, 0.05)
    repo.commit("another rate", author="Analyst <analyst@example.org>")


def _widen(lab: object) -> None:
    from lab.browser.lab import Opened

    assert isinstance(lab, Opened)
    lab.command("application:toggle-left-area")
    handle = lab.page.locator(".lm-SplitPanel-handle:visible").last.bounding_box()
    assert handle
    lab.page.mouse.move(handle["x"] + 1, handle["y"] + 300)
    lab.page.mouse.down()
    lab.page.mouse.move(handle["x"] - 180, handle["y"] + 300, steps=4)
    lab.page.mouse.up()


def _take(lab: object, name: str) -> None:
    """A small PNG: 128 colours are enough for a user interface."""
    from lab.browser.lab import Opened

    assert isinstance(lab, Opened)
    lab.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    picture = Image.open(io.BytesIO(lab.page.screenshot())).convert("RGB").quantize(128)
    picture.save(PICTURES / f"{name}.png", optimize=True)
