"""A page in real Chromium: what it did, and how well it can be read."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

BAD = "window.hacked = true; document.title = 'hacked'"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="{BAD}"><script>{BAD}</script></svg>'


def display(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


HOSTILE = [
    display(**{"text/html": f"<script>{BAD}</script><b>after</b>"}),
    display(**{"text/html": f'<img src=x onerror="{BAD}"><a id="trap" href="javascript:{BAD}">press</a>'}),
    display(**{"text/html": '<div style="position:fixed;inset:0;z-index:9" class="chip chip-good">✓ gate met</div>'}),
    display(**{"text/html": f'<iframe srcdoc="<script>parent.eval(`{BAD}`)</script>"></iframe>{SVG}'}),
    display(**{"text/html": '<img src="https://example.org/pixel.png"><link rel=stylesheet href="//example.org/x">'}),
    display(**{"text/html": "<style>body { display: none } @import 'https://example.org/x.css'</style>"}),
    display(**{"text/html": '<meta http-equiv="refresh" content="0; url=https://example.org/">'}),
    display(**{"image/svg+xml": SVG}),
    display(**{"application/javascript": BAD}),
    display(**{"text/markdown": f"<script>{BAD}</script>[x](javascript:{BAD}) ![x](https://example.org/y.png)"}),
    display(**{"text/html": "<table>" + "<tr>" + "<td>a wide table</td>" * 60 + "</tr></table>"}),
    {"output_type": "stream", "name": "stdout", "text": f"<script>{BAD}</script>" + "x" * 3000},
]


class Opened:
    """A page, what it said on the console, and what it asked of the network."""

    def __init__(self, browser: Browser, file: Path, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.console: list[str] = []
        self.requests: list[str] = []
        self.failures: list[tuple[str, str]] = []
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", lambda request: self.failures.append((request.url, str(request.failure))))
        self.page.goto(file.as_uri())

    def close(self) -> None:
        self.context.close()


CONTRAST = """
() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const channel = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
  };
  const poor = new Set();
  document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest(".hidden, script, style")) continue;
    const [one, other] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) poor.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...poor];
}
"""


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with a page."""
    package = importlib.util.find_spec("axe_playwright_python")
    assert package
    assert package.origin
    page.evaluate((Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(
        "axe.run().then(result => result.violations.map(v => `${v.id}: ${v.nodes[0].html}`))"
    )
    return found
