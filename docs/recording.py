"""Record a terminal: from `pip install` to the first finding, on a repository nbpeer has never seen.

Everything runs for real, in a fresh environment and on a pseudo-terminal; nbpeer is installed from this checkout, its
dependencies from the index that pip uses. The pauses are the real ones, but for the installation, which is shortened.
"""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from rich.style import Style
from rich.text import Text

DOCS = Path(__file__).parent
COLUMNS = 104
# Notebooks as people leave them: run out of order, no front matter, joins that nobody checked.
NOTEBOOKS = {
    "01-load.ipynb": (
        'import pandas as pd\n\nvisits = pd.read_csv("visits.csv")\nusers = pd.read_csv("users.csv")',
        'both = visits.merge(users, on="user")\nboth = both[both.age != None]',
    ),
    "02-plot.ipynb": (
        "import matplotlib.pyplot as plt\nimport numpy as np",
        'heights = np.random.normal(170, 10, 200)\nplt.bar(["a", "b"], [41, 43])\nplt.ylim(40, 44)',
    ),
}
# Without the rules about what only an analysis of the team has: front matter and pinned packages.
CHECK = ["check", "--select", "NBP1,NBP3,NBP5"]
CELL = 8.4, 19.0  # width and height of a character in the picture
SHORTENED = 2.0  # what the installation takes in the picture, in seconds


class Said(NamedTuple):
    """A command, what it printed with its colours, and how many seconds it took."""

    command: str
    output: str
    seconds: float


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        said = record(Path(folder))
    write(said, DOCS / "images" / "first-finding.svg")
    print(f"from pip install to the first finding: {sum(one.seconds for one in said):.0f} s")


def record(folder: Path) -> list[Said]:
    """Install nbpeer into a fresh environment and check a foreign repository with it."""
    repository = foreign_repository(folder / "survey")
    subprocess.run([sys.executable, "-m", "venv", folder / "fresh"], check=True)
    installed = on_a_terminal([folder / "fresh/bin/pip", "install", "-q", f"{DOCS.parent}[checks]"], folder)
    found = on_a_terminal([folder / "fresh/bin/nbpeer", *CHECK], repository)
    return [
        Said('pip install -q "nbpeer[checks]"', "", installed.seconds),
        Said(f"cd survey && nbpeer {' '.join(CHECK)}", found.output, found.seconds),
    ]


def foreign_repository(folder: Path) -> Path:
    """A small public-looking repository of notebooks with outputs."""
    folder.mkdir()
    for name, cells in NOTEBOOKS.items():
        (folder / name).write_text(json.dumps(notebook(cells)))
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "survey"]):
        git = ["git", "-c", "user.name=someone", "-c", "user.email=someone@example.org"]
        subprocess.run([*git, *command], cwd=folder, check=True)
    return folder


def notebook(cells: tuple[str, ...]) -> dict[str, object]:
    code = {"cell_type": "code", "metadata": {}, "outputs": []}
    made = [
        {**code, "id": f"c{count}", "execution_count": count, "source": source} for count, source in enumerate(cells, 1)
    ]
    kernel = {"name": "python3", "display_name": "Python 3"}
    return {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def on_a_terminal(command: list[str | Path], folder: Path) -> Said:
    """Run a command as if at a terminal, so that it shows its colours."""
    begun = time.monotonic()
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    for name in ("NO_COLOR", "PAGER", "GIT_PAGER"):
        environment.pop(name, None)
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        output = b""
        while piece := _read(ours):
            output += piece
    os.close(ours)
    if running.returncode not in (0, 1):
        sys.exit(f"{command} ended with {running.returncode}:\n{output.decode()}")
    return Said("", output.decode().replace("\r\n", "\n"), time.monotonic() - begun)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # how Linux says that the other end was closed
        return b""


def write(said: list[Said], path: Path) -> None:
    """The recording as an SVG that is readable light and dark; without animation everything stands there at once."""
    rows: list[tuple[float, str]] = []
    clock = 0.5
    for one in said:
        rows.append((clock, f'<tspan class="dim">$</tspan> <tspan class="bold">{escape(one.command)}</tspan>'))
        clock += min(one.seconds, SHORTENED)
        lines = Text.from_ansi(one.output).split() if one.output else []
        rows += [(clock, spans(line)) for line in lines]
        rows += [(clock, f'<tspan class="dim">({one.seconds:.0f} s)</tspan>'), (clock, "")]
        clock += 1
    path.write_text(picture(rows), encoding="utf-8")


def spans(line: Text) -> str:
    """One line with its styles as classes."""
    found = []
    for piece in line.divide(sorted({edge for span in line.spans for edge in (span.start, span.end)})):
        styles = [span.style for span in piece.spans if isinstance(span.style, Style)]
        style = Style.combine(styles) if styles else Style()
        names = [style.color.name.replace("bright_", "")] if style.color else []
        names += [word for word in ("bold", "dim") if getattr(style, word)]
        found.append(f'<tspan class="{" ".join(names)}">{escape(piece.plain)}</tspan>')
    return "".join(found)


def picture(rows: list[tuple[float, str]]) -> str:
    width, height = COLUMNS * CELL[0] + 32, len(rows) * CELL[1] + 44
    lines = [
        f'<text class="row" style="animation-delay:{when:.1f}s" x="16" y="{40 + number * CELL[1]:.0f}">{row}</text>'
        for number, (when, row) in enumerate(rows)
        if row
    ]
    return "\n".join([HEAD.format(width=f"{width:.0f}", height=f"{height:.0f}"), *lines, "</svg>", ""])


HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
<title>nbpeer is installed and finds the first faults in somebody else's notebooks</title>
<style>
  text {{ font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }}
  text {{ fill: #1f2328; }} .frame {{ fill: #f6f8fa; stroke: #d1d9e0; }}
  .bold {{ font-weight: 600; }} .dim {{ fill: #59636e; }} .red {{ fill: #b3182a; }} .green {{ fill: #116329; }}
  .yellow {{ fill: #7d4e00; }} .blue {{ fill: #0550ae; }} .cyan {{ fill: #1b5f78; }} .magenta {{ fill: #8250df; }}
  @media (prefers-color-scheme: dark) {{
    text {{ fill: #e6edf3; }} .frame {{ fill: #0d1117; stroke: #3d444d; }}
    .dim {{ fill: #9198a1; }} .red {{ fill: #ff8b82; }} .green {{ fill: #5fd07a; }} .yellow {{ fill: #e3b341; }}
    .blue {{ fill: #79c0ff; }} .cyan {{ fill: #6cd0e0; }} .magenta {{ fill: #d2a8ff; }}
  }}
  @media (prefers-reduced-motion: no-preference) {{
    .row {{ opacity: 0; animation: shown 0s forwards; }} @keyframes shown {{ to {{ opacity: 1; }} }}
  }}
</style>
<rect class="frame" x="0.5" y="0.5" width="99.9%" height="99.7%" rx="8"/>"""


if __name__ == "__main__":
    main()
