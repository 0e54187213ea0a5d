"""A JupyterLab with or without nbpeer's extension, and what opening a notebook and typing in it cost in the browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

CHROMIUM = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), "")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PATIENCE = 120  # seconds
KEYS = "x_of_nothing = 12345 + 67890  "

# When the first cell's text is on screen: the frame after the one that finds it in the document.
_WATCH = """
const look = () => {
  const text = document.querySelector('.jp-Notebook .jp-Cell :is(.cm-line, .jp-RenderedMarkdown)')?.textContent;
  requestAnimationFrame(text ? () => { window.firstCell = performance.now(); } : look);
};
requestAnimationFrame(look);
"""
_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
_SETTLED = """async () => {
  const { context, content, sessionContext, revealed } = window.jupyterapp.shell.currentWidget;
  await Promise.all([context.ready, sessionContext.ready, revealed]);
  await new Promise(resolve => requestIdleCallback(resolve));
}"""
# Milliseconds from the command to the frame that shows the panel's first words, and to the one that shows the gate.
_PANEL = """async () => {
  const begun = performance.now();
  const seen = what => new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`the panel shows no ${what}`)), 60000);
    const look = () => document.querySelector('#nbpeer-review ' + what)?.offsetHeight
      ? requestAnimationFrame(() => resolve(performance.now() - begun)) : requestAnimationFrame(look);
    look();
  });
  void window.jupyterapp.commands.execute('nbpeer:open-review');
  return Promise.all([seen('.nbpeer-heading'), seen('.nbpeer-gate')]);
}"""
# Both sides type beside a panel: a narrower notebook is drawn faster.
_RIGHT = "() => { window.jupyterapp.shell.expandRight(); }"
# From a key to the end of the frame that shows it.
_TYPING = """() => {
  window.keys = [];
  addEventListener('keydown', () => {
    const begun = performance.now();
    requestAnimationFrame(() => setTimeout(() => window.keys.push(performance.now() - begun)));
  }, true);
  const { content } = window.jupyterapp.shell.currentWidget;
  content.activeCellIndex = 4;
  content.mode = 'edit';
}"""


class Opening(NamedTuple):
    """Milliseconds: until the page's first paint, until the first cell is on screen, of the page's main thread's work
    until everything is there and at rest, of a keystroke until it is on screen, of the main thread's work for one."""

    paint: float
    cell: float
    work: float
    key: float
    key_work: float
    panel: float = 0
    gate: float = 0


class Lab:
    """A server of its own over `root`."""

    def __init__(self, root: Path, home: Path, *, extension: bool) -> None:
        self.home, self.extension = home, extension
        settings = home / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
        page = home / "config/labconfig/page_config.json"
        for file, value in ((settings, {"fetchNews": "false"}), (page, {"disabledExtensions": {"nbpeer": True}})):
            if file is settings or not extension:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(json.dumps(value))
        folders = {f"JUPYTER_{name.upper()}_DIR": str(home / name) for name in ("config", "data", "runtime")}
        own = {f"JUPYTERLAB_{name.upper()}_DIR": str(home / name) for name in ("settings", "workspaces")}
        options = ["--no-browser", "--ServerApp.port=0", "--IdentityProvider.token=token", "--allow-root"]
        options += [f"--ServerApp.root_dir={root}", "--LabApp.expose_app_in_browser=True"]
        options += [f"--ServerApp.jpserver_extensions={{'nbpeer.lab': {extension}}}"]
        with (home / "log").open("w") as log:
            environment = {**os.environ, **folders, **own}
            command = [sys.executable, "-m", "jupyterlab", *options]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self.url = self._url()

    def _url(self) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            for file in (self.home / "runtime").glob("jpserver-*.json"):
                if content := file.read_text():
                    return str(json.loads(content)["url"])
            time.sleep(0.05)
        raise RuntimeError(f"JupyterLab did not start:\n{(self.home / 'log').read_text()[-2000:]}")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def opening(browser: Browser, lab: Lab, notebook: str) -> Opening:
    """Load a Lab anew at a notebook, nothing cached; then open the review, where there is one, and type."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.add_init_script(_WATCH)
    metrics = context.new_cdp_session(page)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(f"{lab.url}lab/tree/{notebook}?token=token&reset")
    page.wait_for_function("() => window.firstCell > 0 && window.jupyterapp?.shell.currentWidget?.context")
    page.evaluate(_SETTLED)
    paint, cell = page.evaluate(_PAINT), page.evaluate("() => window.firstCell")
    work = _work(metrics)
    panel, gate = _panel(page) if lab.extension else (0, 0)
    page.evaluate(_RIGHT)
    key, key_work = _typing(page, metrics)
    context.close()
    return Opening(paint, cell, work, key, key_work, panel, gate)


def _panel(page: Page) -> tuple[float, float]:
    if page.evaluate("() => window.jupyterapp.commands.hasCommand('nbpeer:open-review')") is not True:
        raise RuntimeError("the extension is not there: make lab")
    panel, gate = page.evaluate(_PANEL)
    return panel, gate


def _typing(page: Page, metrics: CDPSession) -> tuple[float, float]:
    page.wait_for_timeout(2000)  # what opening the panel asked for is answered
    page.evaluate(_TYPING)
    before = _work(metrics)
    for key in KEYS:
        page.keyboard.press("Space" if key == " " else key)
        page.wait_for_timeout(40)
    spent = _work(metrics) - before
    keys: list[float] = sorted(page.evaluate("() => window.keys"))
    return keys[len(keys) // 2], spent / len(KEYS)


def _work(metrics: CDPSession) -> float:
    found: dict[str, Any] = {one["name"]: one["value"] for one in metrics.send("Performance.getMetrics")["metrics"]}
    return float(found["TaskDuration"]) * 1000
