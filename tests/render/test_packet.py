from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from html import unescape
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

import making
from nbpeer.errors import NbpeerError
from nbpeer.model.change import AnalysisDiff
from nbpeer.model.packet import FigureImage, NotebookView, Packet
from nbpeer.model.review import AnalysisGate
from nbpeer.render.packet import packet_html
from render import sample


def text(html: str) -> str:
    """What a reader sees, on one line."""
    body = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.fixture(scope="module")
def html() -> str:
    return packet_html([sample.packet()])


def section(html: str, name: str) -> str:
    return html.partition(f'<section aria-labelledby="a1-{name}">')[2].partition("</section>")[0]


def test_the_top_says_what_is_decided_and_why_the_gate_is_shut(html: str) -> None:
    shown = text(html.partition('<nav class="sections"')[0])
    for said in (
        "Price test",
        "Does the lower price raise conversion?",
        "Roll the lower price out",
        "about 15 minutes",
    ):
        assert said in shown
    assert "Gate not met" in shown
    assert "a cell holds an API key nbpeer check analyses/pricing.ipynb" in shown
    assert "reviewer@example.org approved, 2026-11-20 , other content (1111111111111111)" in shown


def test_numbers_stand_before_and_after_with_difference_and_verdict(html: str) -> None:
    shown = text(section(html, "results"))
    assert "effect cell 6 0.62 points → 0.41 points \N{MINUS SIGN}0.21 (\N{MINUS SIGN}34 %)" in shown
    assert "beyond tolerance 0.05" in shown
    assert "within tolerance 0.001" in shown
    assert "1 unchanged result" in shown


def test_a_table_shows_only_what_moved_as_moved(html: str) -> None:
    shown = section(html, "results")
    assert "2 values changed, 1 row new, 1 row gone" in text(shown)
    assert shown.count("cell-changed") == 2
    assert "France 4.1 → 4.4 21,400 → 21,050" in text(shown)
    assert 'class="row-added"' in shown
    assert 'class="row-removed"' in shown


def test_a_text_result_marks_the_words_that_came(html: str) -> None:
    assert "Roll out everywhere<ins> except Denmark, where the sample is small</ins>" in html


def test_a_figure_stands_beside_what_it_was_and_what_differs(html: str) -> None:
    shown = section(html, "results")
    assert shown.count("<figure>") == 3
    assert "of the pixels" in shown


def test_a_figure_nobody_has_here_is_said_to_be_missing() -> None:
    html = packet_html([sample.packet(figures=(FigureImage("sales", b"", sample.png(60)),))])
    assert "The picture before is not at hand" in section(html, "results")
    html = packet_html([sample.packet(figures=())])
    assert "No picture is at hand here" in section(html, "results")


def test_a_failed_expectation_and_a_new_caveat_stand_out(html: str) -> None:
    shown = text(section(html, "data"))
    assert "every country has 1,000 users : failed failed 1 of 3 fail; was passed" in shown
    assert "Denmark has few users new" in shown


def test_findings_come_by_severity_and_waived_ones_are_folded_with_their_reason(html: str) -> None:
    shown = text(section(html, "findings"))
    assert shown.index("NBP601") < shown.index("NBP309") < shown.index("1 waived finding") < shown.index("NBP203")
    assert "Waived: agreed with the owner" in shown
    assert 'href="#a1-cell-5"' in section(html, "findings")


def test_the_checklist_separates_what_the_rules_have_answered(html: str) -> None:
    shown = text(section(html, "checklist"))
    assert shown.index("C9") < shown.index("1 question answered by the rules") < shown.index("C2")


def test_the_code_shows_changed_words_and_folds_what_did_not_change(html: str) -> None:
    shown = section(html, "code")
    assert "<ins>query</ins>" in shown
    assert "<del>dropna</del>" in shown
    assert "4 unchanged cells" in shown
    assert shown.count("data-change") == 1


def test_the_notebook_keeps_the_numbers_of_its_source_when_a_run_injected_parameters() -> None:
    shown = sample.notebook(executed=True)
    shown["cells"].insert(3, making.code("alpha = 0.01", tags=("injected-parameters",), id="new"))
    html = packet_html([sample.packet(view=NotebookView(json.dumps(shown).encode(), executed=True))])
    assert "parameters of the run" in html
    assert re.findall(r'id="a1-cell-(\d+)"', html) == [str(number) for number in range(1, 9)]
    assert "effect cell 6" in text(section(html, "results"))


def test_every_anchor_leads_somewhere_and_no_id_is_there_twice(html: str) -> None:
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', html)) <= set(ids)


def test_headings_never_skip_a_level(html: str) -> None:
    for page in (html, packet_html([sample.packet(), sample.packet(title="Second")])):
        levels = [int(level) for level in re.findall(r"<h([1-6])", page.partition("<footer>")[0])]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_several_analyses_get_a_table_of_contents() -> None:
    html = packet_html([sample.packet(), sample.packet(title="Second", path="analyses/second.ipynb")])
    assert "Review packet: 2 analyses" in text(html)
    assert '<a href="#a1">Price test</a>' in html
    assert '<a href="#a2">Second</a>' in html


def test_the_policy_allows_our_own_style_and_script_only(html: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    allowed = unescape(policy[1])
    assert allowed.startswith("default-src 'none'; img-src data:; ")
    assert "unsafe" not in allowed
    for tag in ("style", "script"):
        (body,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, flags=re.DOTALL)
        assert "sha256-" + b64encode(hashlib.sha256(body.encode()).digest()).decode() in allowed
    assert " style=" not in html
    assert not re.search(r"\son[a-z]+=", html)


def test_text_of_the_analysis_is_never_markup() -> None:
    evil = "<script>bad()</script><img src=x onerror=bad()>"
    html = packet_html(
        [
            sample.packet(
                title=evil,
                before=evil,
                findings=(msgspec.structs.replace(sample.FINDINGS[0], message=evil, excerpt=evil, fix=evil),),
                gate=AnalysisGate(evil, evil, ()),
            )
        ]
    )
    assert "<script>bad" not in html
    assert "<img src=x" not in html


def test_the_same_packet_gives_the_same_bytes_in_every_process() -> None:
    program = (
        "import hashlib; from render import sample; from nbpeer.render.packet import packet_html; "
        "print(hashlib.sha256(packet_html([sample.packet(), sample.packet()]).encode()).hexdigest())"
    )
    digests = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        digests.add(done.stdout)
    assert len(digests) == 1


def test_a_new_analysis_has_nothing_to_compare_with() -> None:
    found = sample.results()
    diff = AnalysisDiff(path=sample.PATH, status="added", results=sample.compare_results(None, found.result_set))
    html = packet_html([sample.packet(diff=diff)])
    assert "there are no earlier results to compare with" in html
    assert "The analysis is new: every cell is." in html


@pytest.mark.parametrize(
    "bare",
    [
        sample.packet(results=None, view=None, front_matter=None, questions=(), findings=(), sign_offs=(), figures=()),
        sample.packet(view=NotebookView(b"not json", executed=False)),
        sample.packet(diff=AnalysisDiff(sample.PATH, "changed", problem="in main: x.ipynb is not JSON")),
        sample.packet(title="", content=""),
        sample.packet(view=NotebookView(b'{"nbformat": 4, "cells": []}', executed=False)),
    ],
    ids=["nothing known", "broken notebook", "one side unreadable", "untitled", "no cells"],
)
def test_what_is_missing_is_said_and_breaks_nothing(bare: Packet) -> None:
    html = packet_html([bare])
    assert "</html>" in html


def test_a_notebook_without_a_run_is_said_to_be_stripped() -> None:
    shown = NotebookView(json.dumps(sample.notebook()).encode(), executed=False)
    assert "No run of exactly this source is at hand here" in packet_html([sample.packet(view=shown)])


def test_lone_surrogates_are_no_obstacle() -> None:
    packet_html([sample.packet(title="a\ud800b")]).encode()


def test_a_missing_library_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nh3", None)
    with pytest.raises(NbpeerError, match=r'pip install "nbpeer\[packet\]"'):
        packet_html([])
