"""A comparison with one of everything: two executed versions of one analysis, really aligned and really compared."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import pandas as pd

import making
from nbpeer.commands.outputs import compare_outputs
from nbpeer.diff.align import align
from nbpeer.model.change import WORKTREE, AnalysisDiff, DiffReport, OutputChange, Version
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.packet import FigureImage
from nbpeer.results.images import difference
from render import sample

BEFORE = Version("commit", "3f2c1ab" * 5, "main")


def display(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def _table(after: bool) -> dict[str, Any]:
    columns = {"country": ["France", "Spain", "Italy"], "users": [21400, 19160, 900], "share": [0.41, 0.39, 0.2]}
    if after:
        columns = {"country": ["France", "Spain", "Norway"], "users": [21050, 19160, 77], "share": [0.44, 0.39, 0.17]}
    frame = pd.DataFrame(columns)
    return display(**{"text/html": frame.to_html(), "text/plain": repr(frame)})


def _error(line: int) -> dict[str, Any]:
    traceback = [f"Cell In[3], line {line}", f"----> {line} f()", "ValueError: no rows"]
    return {"output_type": "error", "ename": "ValueError", "evalue": "no rows", "traceback": traceback}


def _chart(top: int) -> dict[str, Any]:
    figure = {"data": [{"type": "bar", "name": "users", "x": ["a", "b"], "y": [1, top]}], "layout": {}}
    return display(**{"application/vnd.plotly.v1+json": figure, "text/plain": "Figure({...})"})


def png(height: int) -> str:
    """A picture as base64."""
    return base64.b64encode(sample.png(height)).decode()


def notebook(*, after: bool, extra: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """One version, executed. `extra` are outputs of one more cell, which only `after` has."""
    load = sample.LOAD if after else sample.LOAD.replace("query(\"country != 'US'\")", 'dropna(subset=["country"])')
    effect = "0.41" if after else "0.62"
    log = f"2026-11-2{int(after)} 10:00:00,123 INFO loaded\n{41022 if after else 82322} orders\n"
    cells = [
        making.markdown(f"## Summary\n\nThe lower price raises conversion by **{effect} points**."),
        making.code("alpha = 0.05", tags=("parameters",)),
        making.markdown("## Data"),
        making.code(
            load, outputs=[making.stream(log), making.stream("few rows\n" if after else "no rows\n", "stderr")]
        ),
        making.code("by_country", outputs=[_table(after)]),
        making.code("plot(orders)", outputs=[display(**{"image/png": png(60 if after else 40)})]),
        making.code("chart", outputs=[_chart(3 if after else 2)]),
        making.code("check()\nfail()", outputs=[_error(2 if after else 1)], tags=("raises-exception",)),
        making.code("same", outputs=[making.stream("same\n")]),
        *([making.code("extra()", outputs=extra)] if extra and after else []),
        making.markdown("## Limitations\n\nSundays are missing before March."),
        *([] if after else [making.code("orders.describe()", outputs=[making.stream("gone\n")])]),
    ]
    return making.notebook(*cells)


def analysis(extra: list[dict[str, Any]] | None = None, **changed: Any) -> AnalysisDiff:
    """Everything that changed between the two versions."""
    before = parse_notebook(json.dumps(notebook(after=False)), sample.PATH)
    after = parse_notebook(json.dumps(notebook(after=True, extra=extra)), sample.PATH)
    cells = compare_outputs(before, after, align(before, after))
    return msgspec.structs.replace(sample.compared(), **{"cells": cells, **changed})


def report(*analyses: AnalysisDiff) -> DiffReport:
    return DiffReport(BEFORE, WORKTREE, analyses or (analysis(),))


def figures() -> dict[str, tuple[FigureImage, ...]]:
    share, picture = difference(sample.png(40), sample.png(60))
    return {sample.PATH: (FigureImage("sales", sample.png(40), sample.png(60), picture, share),)}


def changed_outputs() -> dict[str, OutputChange]:
    """Every output that changed, by its stream or its kind."""
    found = [output for change in analysis().cells for output in change.changed_outputs]
    return {(output.after or output.before).name or output.kind: output for output in found}  # type: ignore[union-attr]
