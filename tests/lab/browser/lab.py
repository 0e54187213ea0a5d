"""A real JupyterLab (or Notebook 7) over a folder, and one page of it in real Chromium."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

Face = Literal["lab", "notebook"]
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosave": False},
}
SECONDS = 60
PATIENCE = 60_000


class Served:
    """A Jupyter server of its own: own folders, free port, a token. It has both faces, JupyterLab and Notebook 7."""

    def __init__(self, root: Path, home: Path, *, extension: bool = True) -> None:
        self.root, self.home, self.extension = root, home, extension
        root.mkdir(parents=True, exist_ok=True)
        self._write_settings()
        self._start()

    def _write_settings(self) -> None:
        for name, settings in SETTINGS.items():
            file = self.home / "settings/@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(settings))

    def _start(self) -> None:
        environment = {
            **os.environ,
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.home / "workspaces"),
            "IPYTHONDIR": str(self.home / "ipython"),
        }
        options = [
            f"--ServerApp.root_dir={self.root}",
            "--ServerApp.port=0",
            "--ServerApp.open_browser=False",
            "--IdentityProvider.token=token",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--ServerApp.allow_root=True",
            "--ContentsManager.allow_hidden=True",
            f"--ServerApp.jpserver_extensions={{'nbpeer.lab': {self.extension}}}",
        ]
        if not self.extension:
            disabled = self.home / "config/labconfig/page_config.json"
            disabled.parent.mkdir(parents=True, exist_ok=True)
            disabled.write_text(json.dumps({"disabledExtensions": {"nbpeer": True}}))
        self.log = self.home / "server.log"
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "notebook", *options], env=environment, stdout=log, stderr=log, cwd=self.root
            )
        self.url: str = self._wait_for_info()["url"]

    def _wait_for_info(self) -> Any:
        """The server writes where it is once it listens."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            for file in (self.home / "runtime").glob("jpserver-*.json"):
                try:
                    return json.loads(file.read_text())
                except json.JSONDecodeError:
                    continue
            time.sleep(0.05)
        raise AssertionError(f"the server did not start:\n{self.log.read_text()[-3000:]}")

    def address(self, path: str, face: Face) -> str:
        where = {"lab": f"lab/tree/{path}" if path else "lab", "notebook": f"notebooks/{path}"}[face]
        return f"{self.url}{where}?token=token&reset"

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


# Closes everything without saving and without asking, and leaves the test's folder, which will be gone.
CLOSE = """async () => {
  const app = window.jupyterapp;
  for (const widget of [...app.shell.widgets('main')]) {
    if (widget.context) {
      widget.context.model.dirty = false;
      void widget.context.sessionContext.shutdown().catch(() => undefined);
    }
    widget.close();
  }
  await app.commands.execute('filebrowser:go-to-path', { path: '', dontShowBrowser: true }).catch(() => undefined);
  document.querySelectorAll('.jp-Dialog .jp-mod-reject').forEach(button => button.click());
  app.shell.collapseRight();
}"""
OPENED = """name => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.context?.path.endsWith(name) && panel.context.isReady && panel.content.widgets.length > 0;
}"""


class Opened:
    """A notebook in front, and the review beside it, as a person uses them."""

    def __init__(self, browser: Browser, served: Served, path: str, face: Face = "lab", **options: Any) -> None:
        self.served, self.face = served, face
        self.context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self._threw(error.stack or str(error)))
        self.load(path)

    def _threw(self, error: str) -> None:
        """Only what comes by way of our own code: JupyterLab and Notebook throw some of their own."""
        if "labextensions/nbpeer" in error:
            self.errors.append(error)

    def load(self, path: str) -> None:
        """Load the whole page anew, at a notebook; at "" without one."""
        self.page.goto(self.served.address(path, self.face))
        self.page.wait_for_function("() => window.jupyterapp !== undefined")
        self.page.wait_for_function("() => window.jupyterapp.restored.then(() => true)")
        if path:
            self.wait_for_notebook(path)

    def open(self, path: str) -> None:
        """Open a notebook in the page as it is."""
        self.command("docmanager:open", path=path)
        self.wait_for_notebook(path)

    def close_all(self) -> None:
        self.context.set_offline(False)
        for _ in range(2):  # a menu, and its submenu
            self.page.keyboard.press("Escape")
        self.page.evaluate(CLOSE)
        self.errors.clear()

    def wait_for_notebook(self, name: str) -> None:
        """Until a notebook of that name is in front, and ready."""
        self.page.wait_for_function(OPENED, arg=name)

    def command(self, name: str, **args: Any) -> None:
        """Execute a command and do not wait for its end: it may ask something."""
        self.page.evaluate("([name, args]) => { void window.jupyterapp.commands.execute(name, args) }", [name, args])

    def review(self) -> Locator:
        """The panel, opened."""
        self.command("nbpeer:open-review")
        self.panel.wait_for()
        return self.panel

    @property
    def panel(self) -> Locator:
        return self.page.locator("#nbpeer-review")

    def fold(self, name: str) -> Locator:
        return self.panel.locator(f"[data-section={name}]")

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name)

    @property
    def dialog(self) -> Locator:
        return self.page.locator(".jp-Dialog")

    def accept(self) -> None:
        self.dialog.locator(".jp-mod-accept").click()

    def edit(self, cell: int, source: str) -> None:
        """Change a cell's source, as typing does, without saving."""
        self.page.evaluate(
            "([cell, source]) => { const { model } = window.jupyterapp.shell.currentWidget.content;"
            " model.cells.get(cell).sharedModel.setSource(source); }",
            [cell, source],
        )

    def source(self, cell: int) -> str:
        text: str = self.page.evaluate(
            "cell => window.jupyterapp.shell.currentWidget.content.model.cells.get(cell).sharedModel.getSource()", cell
        )
        return text

    def save(self) -> None:
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")

    def close(self) -> None:
        self.context.close()
