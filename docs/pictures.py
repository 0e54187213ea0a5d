"""Make every picture of the documentation from the real thing: `make pictures`."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pictures_lab
from PIL import Image
from playwright.sync_api import sync_playwright
from pull_request_page import write

DOCS = Path(__file__).parent
# Each picture: a part of its comment, how wide, light or dark.
COMMENTS: dict[str, tuple[str, int, str]] = {
    "pr-summary": ("nbpeer:summary", 900, "light"),
    "pr-summary-phone": ("nbpeer:summary", 390, "dark"),
    "pr-checklist": ("nbpeer:checklist", 900, "light"),
    "pr-inline": ("```suggestion", 900, "light"),
}
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
        comments = comments_of_the_demo(packet.parents[2])
        for name, (wanted, width, scheme) in COMMENTS.items():
            shown = [one for one in comments if wanted in one][:1]
            place = write(packet.parent / f"{name}.html", [("nbpeer", text) for text in shown])
            page = chromium.new_page(viewport={"width": width, "height": 100}, color_scheme=scheme)
            page.goto(place.as_uri())
            small(page.screenshot(full_page=True), DOCS / "images" / f"{name}.png")
        pictures_lab.pictures(chromium)
        chromium.close()


def small(picture: bytes, path: Path) -> None:
    """Write a picture of text in the few colours that it has."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(48).save(path, optimize=True)


def comments_of_the_demo(repository: Path) -> list[str]:
    """What `nbpeer pr post` would say of the demonstration's branch before anybody signed it off, and of one careless
    edit more."""
    git = ["git", "-C", repository, "-c", "user.name=analyst", "-c", "user.email=analyst@example.org"]
    subprocess.run([*git, "reset", "-q", "--hard", "HEAD~1"], check=True)
    found = posted(repository)[:2]
    notebook = repository / "analyses/chicago_flights.ipynb"
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace(', how=\\"left\\", validate=\\"many_to_one\\"', ""), encoding="utf-8")
    subprocess.run([*git, "commit", "-q", "-a", "-m", "Simpler"], check=True)
    return found + posted(repository)[2:]


def posted(repository: Path) -> list[str]:
    command = [sys.executable, "-m", "nbpeer", "pr", "post", "--base", "main", "--dry-run", "--format", "json"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    return [_as_shown(repository, **one) for one in json.loads(done.stdout)]


def _as_shown(repository: Path, title: str, markdown: str) -> str:
    """A comment with the line that its suggestion replaces, which GitHub shows above it."""
    place = re.fullmatch(r"(.+), line (\d+)", title)
    if place is None or "```suggestion\n" not in markdown:
        return markdown
    line = (repository / place[1]).read_text(encoding="utf-8").split("\n")[int(place[2]) - 1]
    return markdown.replace("```suggestion\n", f"```suggestion\n{line}\n")


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
