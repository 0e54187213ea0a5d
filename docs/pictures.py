"""Make every picture of the documentation from the real thing: `make pictures`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def main() -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("No Chromium was found: the pictures cannot be made.")
    packet = packet_of_the_demo()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1280, "height": 1010}, color_scheme="light")
        page.goto(packet.as_uri())
        page.screenshot(path=DOCS / "images" / "packet.png")
        chromium.close()


def packet_of_the_demo() -> Path:
    """Run the demonstration and return the packet that its reviewer read."""
    demo = subprocess.run(
        [sys.executable, DOCS.parent / "example_analyses" / "demo.py"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    found = re.search(r"The packet the reviewer read: (.+)", demo.stdout)
    if found is None:
        sys.exit("The demonstration did not name its packet.")
    return Path(found.group(1))


if __name__ == "__main__":
    main()
