"""`python -m benchmarks.scale_chart FILE.json FILE.svg`: what `benchmarks.scale --json` measured, as curves."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

# One colour a curve, told apart in light and dark and by who sees few colours (Okabe and Ito's).
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#999999")
GREY = "#808080"
CURVES = {
    "analyses": (
        "check, all",
        "check, all as before",
        "verify, every sign-off",
        "site, from nothing",
        "site, one changed",
        "status, one changed",
        "git status, all touched",
    ),
    "cells": ("check", "strip, with outputs", "diff, one cell changed", "merge, one cell changed"),
}


def main(arguments: list[str]) -> int:
    """Draw. The file of measurements and the picture are named in this order."""
    source, target = map(Path, arguments)
    points = json.loads(source.read_text(encoding="utf-8"))["points"]
    target.write_text(chart(points), encoding="utf-8")
    return 0


def chart(points: list[dict[str, Any]]) -> str:
    """Two panels, by analyses and by cells, both axes logarithmic; readable on light and on dark."""
    import io

    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "nbpeer", "font.size": 9, "text.color": GREY}
    mpl.rcParams |= {"axes.edgecolor": GREY, "axes.labelcolor": GREY, "xtick.color": GREY, "ytick.color": GREY}
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(9.5, 4.6), layout="constrained")
    for panel, (grows, curves) in zip(panels, CURVES.items(), strict=True):
        for what, colour in zip(curves, COLOURS, strict=False):
            found = sorted((one["size"], one["cpu"]) for one in points if (one["grows"], one["what"]) == (grows, what))
            panel.plot(*zip(*found, strict=True), marker="o", markersize=3, color=colour, label=what)
        panel.set(xscale="log", yscale="log", xlabel=grows, ylabel="CPU seconds")
        panel.grid(visible=True, which="major", color=GREY, alpha=0.25)
        panel.spines[["top", "right"]].set_visible(False)
        panel.legend(frameon=False, labelcolor=GREY, fontsize=8)
    written = io.StringIO()
    figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    return written.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
