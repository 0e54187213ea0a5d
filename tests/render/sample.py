"""A packet with one of everything, made of the real comparison of two versions of one notebook."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import making
from nbpeer.diff.align import align
from nbpeer.model.change import AnalysisDiff, ValueChange
from nbpeer.model.finding import Finding
from nbpeer.model.front_matter import parse_front_matter
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.packet import FigureImage, NotebookView, Packet
from nbpeer.model.result import (
    Certificate,
    Environment,
    Expectation,
    NamedResult,
    ResultsFile,
    Table,
)
from nbpeer.model.review import AnalysisGate, Answer, Condition, Item, Question, SignOff
from nbpeer.results.compare import compare_caveats, compare_expectations, compare_results
from nbpeer.results.images import difference, figure_of

PATH = "analyses/pricing.ipynb"
CONTENT = "sha256:" + "4f" * 32

LOAD = """import pandas as pd

orders = pd.read_csv("orders.csv")
orders = orders.query("country != 'US'")
print(len(orders))"""
TEST = """control = orders[orders.group == "control"]
treated = orders[orders.group == "treated"]
effect = treated.bought.mean() - control.bought.mean()
nbpeer.result("effect", effect, unit="points", tolerance=0.05)"""


def png(height: int = 40) -> bytes:
    """A bar on white."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (160, 90), "white")
    ImageDraw.Draw(image).rectangle((40, 80 - height, 110, 80), fill=(70, 110, 170))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def published(name: str, html: str = "", **payload: Any) -> dict[str, Any]:
    return making.named_result({"schema": 1, "name": name, **payload}, **({"text/html": html} if html else {}))


def notebook(*, after: bool = True, executed: bool = False, outputs: list[Any] | None = None) -> dict[str, Any]:
    """The analysis before or after the change; executed with outputs."""
    load = LOAD if after else LOAD.replace("query(\"country != 'US'\")", 'dropna(subset=["country"])')
    shown = [making.stream("41022\n")] if executed else []
    effect = (
        [published("effect", "<strong>effect</strong>: 0.41 points", type="number", value=0.41)] if executed else []
    )
    figure = published("sales", type="figure")
    figure["data"]["image/png"] = base64.b64encode(png(60)).decode()
    cells = [
        making.markdown(
            "## Summary\n\nThe lower price raises conversion by **0.41 points** (95 % interval 0.2 to 0.6)."
        ),
        making.code("alpha = 0.05", tags=("parameters",)),
        making.markdown("## Data\n\n| source | rows |\n|---|---:|\n| orders | 41022 |"),
        making.code(load, outputs=shown),
        making.code(TEST, outputs=effect),
        making.code("nbpeer.figure('sales', fig)", outputs=[figure] if executed else []),
        *([making.code("extra()", outputs=outputs)] if outputs is not None else []),
        making.markdown("## Limitations\n\nSundays are missing before March."),
    ]
    return making.notebook(*cells)


def parsed(value: dict[str, Any]) -> Notebook:
    return parse_notebook(json.dumps(value), PATH)


def results(*, after: bool = True) -> ResultsFile:
    """What was recorded before or after."""
    rows = (("Denmark", 3.9, 812), ("France", 4.4, 21050), ("Spain", 3.1, 19160))
    old = (("Denmark", 3.9, 812), ("France", 4.1, 21400), ("United States", 5.2, 60110))
    summary = "Roll out everywhere" if not after else "Roll out everywhere except Denmark, where the sample is small"
    found = [
        NamedResult("effect", "number", 0.41 if after else 0.62, "points", 0.05),
        NamedResult("users", "number", 41022 if after else 82322),
        NamedResult("p value", "number", 0.0123457 if after else 0.0123456, "", 0.001),
        NamedResult("alpha", "number", 0.05),
        NamedResult("by country", "table", Table(("country", "conversion", "users"), rows if after else old), "%"),
        NamedResult("sales", "figure", figure_of(png(60 if after else 40))),
        NamedResult("recommendation", "text", summary),
    ]
    found += [NamedResult("power", "number", 0.9)] if after else []
    expected = [
        Expectation("no duplicate users", True),
        Expectation("every country has 1,000 users", not after, "1 of 3 fail" if after else ""),
        Expectation("prices are positive", True),
    ]
    return ResultsFile(
        Certificate(
            "sha256:" + "ab" * 32,
            {"alpha": 0.05},
            {"analyses/orders.csv": "sha256:" + "cd" * 32},
            True,
            Environment("python", "3.11.9", {"pandas": "2.2.3", "numpy": "2.1.0"}),
        ),
        {result.name: result for result in found},
        {item.name: item for item in expected},
        ("Sundays are missing before March", *(("Denmark has few users",) if after else ())),
    )


def compared() -> AnalysisDiff:
    """The comparison of the two versions."""
    before, after = results(after=False), results()
    return AnalysisDiff(
        path=PATH,
        status="changed",
        before_path=PATH,
        cells=align(parsed(notebook(after=False)), parsed(notebook())),
        results=compare_results(before.result_set, after.result_set),
        expectations=compare_expectations(before.result_set, after.result_set),
        caveats=compare_caveats(before.result_set, after.result_set),
        packages=(ValueChange("pandas", "2.2.2", "2.2.3"),),
        inputs=(ValueChange("analyses/orders.csv", "0" * 12, "cd" * 6),),
        certificate=after.certificate,
    )


FINDINGS = (
    Finding(
        "NBP309",
        "no-sanity-check",
        "warning",
        "no check of the data follows the load",
        PATH,
        5,
        line=3,
        excerpt='orders = pd.read_csv("orders.csv")',
        fix="state what you expect with nbpeer.expect",
    ),
    Finding(
        "NBP601",
        "secret-in-cell",
        "error",
        "a cell holds an API key",
        PATH,
        5,
        line=1,
        fix="read it from the environment",
    ),
    Finding("NBP203", "placeholder-left", "error", "TODO is left", PATH, 2, waived="agreed with the owner"),
)

QUESTIONS = (
    Question(Item("C1", "Can I restate question and decision in a sentence?", "fit for purpose")),
    Question(
        Item("C2", "Does a clean run reproduce it?", "trust"),
        ("certificate: the run was of exactly this source",),
        False,
        Answer("C2", "yes", by="auto"),
    ),
    Question(Item("C9", "Safe to share?", "harm"), ("NBP601 secret-in-cell, cell 5: a cell holds an API key",), True),
)

SIGN_OFF = SignOff(
    PATH,
    "sha256:" + "11" * 32,
    "sha256:" + "22" * 32,
    None,
    "reviewer@example.org",
    "ab_test",
    "1.1",
    "medium",
    (Answer("C3", "no", "the extract is a month old"),),
    "approve",
    "2026-11-20T10:00:00Z",
    "Nice work",
)

GATE = AnalysisGate(
    PATH,
    CONTENT,
    (
        Condition(
            "checks pass",
            False,
            "error NBP601 secret-in-cell in cell 5: a cell holds an API key",
            f"nbpeer check {PATH}",
        ),
        Condition("results fresh", True, "the run was of exactly this source"),
        Condition("expectations hold", False, "failed: every country has 1,000 users (1 of 3 fail)"),
        Condition("signed off", False, "reviewer@example.org approved different content", f"nbpeer review {PATH}"),
    ),
)


def packet(*, outputs: list[Any] | None = None, **changed: Any) -> Packet:
    """The packet; `outputs` are those of one more cell of the notebook shown, `changed` replaces fields."""
    share, picture = difference(png(40), png(60))
    shown = notebook(executed=True, outputs=outputs)
    fields: dict[str, Any] = {
        "path": PATH,
        "title": "Price test",
        "before": "main (3f2c1ab)",
        "after": "working tree",
        "tier": "medium",
        "minutes": 15,
        "content": CONTENT,
        "diff": compared(),
        "gate": GATE,
        "front_matter": parse_front_matter(parsed(notebook())),
        "results": results(),
        "findings": FINDINGS,
        "questions": QUESTIONS,
        "sign_offs": (SIGN_OFF,),
        "figures": (FigureImage("sales", png(40), png(60), picture, share),),
        "view": NotebookView(json.dumps(shown).encode(), executed=True),
    }
    return Packet(**{**fields, **changed})
