"""`nbpeer diff` of two plain files, its looks, its pager, and what is no notebook."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository

LOAD = "import pandas as pd\norders = pd.read_csv('orders.csv')\norders = orders[orders.country != 'XX']"
EDITED = LOAD.replace("XX", "YY")


def write(folder: Path, name: str, *cells: Any) -> Path:
    path = folder / name
    path.write_text(making.text(making.notebook(*cells)))
    return path


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A folder outside any repository with two notebooks."""
    folder = tmp_path / "plain"
    folder.mkdir()
    write(folder, "a.ipynb", making.code(LOAD))
    write(folder, "b.ipynb", making.code(EDITED))
    return folder


def test_two_files_are_compared_outside_git(pair: Path, nbpeer: Callable[..., Any]) -> None:
    done = nbpeer("diff", "a.ipynb", "b.ipynb", cwd=pair)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("a.ipynb → b.ipynb: 1 analysis changed\n")
    assert "- orders = orders[orders.country != 'XX']" in done.out
    assert nbpeer("diff", "a.ipynb", "b.ipynb", "--exit-code", cwd=pair).code == 1
    assert nbpeer("diff", "a.ipynb", "a.ipynb", cwd=pair).out == "a.ipynb → a.ipynb: no analysis changed\n"


def test_two_files_in_a_repository_are_compared_too_and_two_paths_after_dashes_narrow(
    repo: GitRepository, nbpeer: Callable[..., Any]
) -> None:
    for name in ("a", "b"):
        write(repo.path, f"{name}.ipynb", making.code(LOAD))
    repo.commit()
    write(repo.path, "b.ipynb", making.code(EDITED))
    assert nbpeer("diff", "a.ipynb", "b.ipynb").out.startswith("a.ipynb → b.ipynb: 1")
    assert nbpeer("diff", "HEAD", "--name-only", "--", "a.ipynb", "b.ipynb").out == "b.ipynb\n"


def test_the_results_beside_two_files_are_compared(pair: Path, nbpeer: Callable[..., Any]) -> None:
    from nbpeer.model.result import Certificate, NamedResult, ResultsFile, encode_results

    for name, value in (("a", 4.1), ("b", 3.7)):
        named = {"conversion": NamedResult("conversion", "number", value, "%")}
        (pair / f"{name}.results.json").write_bytes(encode_results(ResultsFile(Certificate("sha256:1"), named)))
    assert "conversion  4.1 % → 3.7 %" in nbpeer("diff", "a.ipynb", "b.ipynb", cwd=pair).out


def test_white_space_can_be_left_out(pair: Path, nbpeer: Callable[..., Any]) -> None:
    write(pair, "spaced.ipynb", making.code(LOAD.replace(" = ", "  =  ")))
    words = ("diff", "a.ipynb", "spaced.ipynb")
    assert "1 cell changed" in nbpeer(*words, cwd=pair).out
    assert "no analysis changed" in nbpeer(*words, "-w", cwd=pair).out
    write(pair, "spaced.ipynb", making.code(EDITED.replace(" = ", "  =  ")))
    out = nbpeer(*words, "-w", cwd=pair).out
    assert (out.count("\n   1 -"), out.count("\n   3 -")) == (0, 1)


def test_both_sides_stand_beside_each_other_on_a_wide_screen(
    pair: Path, nbpeer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(pair, "b.ipynb", making.code(EDITED + "\nlast_line = '表'" + "x" * 99))
    words = ("diff", "--side-by-side", "a.ipynb", "b.ipynb")
    monkeypatch.setenv("COLUMNS", "110")
    lines = nbpeer(*words, cwd=pair).out.splitlines()
    beside = [line for line in lines if " │ " in line]
    assert len(beside) == 4
    assert all(line.index(" │ ") == beside[0].index(" │ ") for line in beside[:3])
    assert "XX']" in beside[2].partition("│")[0]
    assert "YY']" in beside[2].partition("│")[2]
    assert beside[3].startswith("      ")
    assert "…" in beside[3]
    monkeypatch.setenv("COLUMNS", "80")
    assert "│" not in nbpeer(*words, cwd=pair).out


def on_terminal(folder: Path, *words: str, **environment: str) -> str:
    """What a person sees who runs the command line on a terminal of 120 columns."""
    main, other = pty.openpty()
    variables = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    process = subprocess.Popen(
        [sys.executable, "-m", "nbpeer", *words],
        cwd=folder,
        stdin=other,
        stdout=other,
        stderr=other,
        env={**variables, "TERM": "xterm-256color", **environment},
    )
    os.close(other)
    seen = b""
    try:
        while chunk := os.read(main, 65536):
            seen += chunk
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(main)
    process.wait()
    return seen.decode().replace("\r\n", "\n")


def test_on_a_terminal_gits_pager_is_used_and_text_has_colours(pair: Path) -> None:
    seen = on_terminal(pair, "diff", "a.ipynb", "b.ipynb", GIT_PAGER="sed 's/^/page: /'")
    assert seen.startswith("page: \x1b[1ma.ipynb → b.ipynb")
    assert all(line.startswith("page: ") for line in seen.strip().split("\n"))


@pytest.mark.parametrize("pager", ["cat", ""])
def test_without_a_pager_text_is_printed(pair: Path, pager: str) -> None:
    seen = on_terminal(pair, "diff", "a.ipynb", "b.ipynb", GIT_PAGER=pager, PAGER=pager)
    assert "a.ipynb → b.ipynb" in seen


def test_a_pager_that_is_closed_early_is_no_error(pair: Path) -> None:
    write(pair, "b.ipynb", *[making.code(f"value_{n} = {n}\n" * 50) for n in range(100)])
    seen = on_terminal(pair, "diff", "a.ipynb", "b.ipynb", GIT_PAGER="head -n 1")
    assert len(seen.splitlines()) == 1


def test_nbdimes_format_holds_one_notebook(pair: Path, nbpeer: Callable[..., Any], repo: GitRepository) -> None:
    ops = nbpeer("diff", "--format", "nbdime", "a.ipynb", "b.ipynb", cwd=pair).json
    assert ops[0]["key"] == "cells"
    assert ops[0]["diff"][0]["diff"][0]["key"] == "source"
    assert nbpeer("diff", "--format", "nbdime", "a.ipynb", "a.ipynb", cwd=pair).json == []
    repo.commit()
    for name in "ab":
        write(repo.path, f"{name}.ipynb", making.code(LOAD))
    assert "name one path of a.ipynb, b.ipynb" in nbpeer("diff", "HEAD", "--format", "nbdime").err
    added = nbpeer("diff", "HEAD", "--format", "nbdime", "--", "a.ipynb").json
    assert [op["op"] for op in added[0]["diff"]] == ["addrange"]


def test_the_json_applies(pair: Path, nbpeer: Callable[..., Any]) -> None:
    (pair / "diff.json").write_text(nbpeer("diff", "--format", "json", "a.ipynb", "b.ipynb", cwd=pair).out)
    assert nbpeer("patch", "a.ipynb", "diff.json", cwd=pair).out == (pair / "b.ipynb").read_text()
    assert nbpeer("patch", "a.ipynb", "diff.json", "-o", "c.ipynb", cwd=pair).out == ""
    assert (pair / "c.ipynb").read_bytes() == (pair / "b.ipynb").read_bytes()
    refused = nbpeer("patch", "b.ipynb", "diff.json", "-o", "d.ipynb", cwd=pair)
    assert (refused.code, (pair / "d.ipynb").exists()) == (2, False)
    assert "is not what the comparison was made of" in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("a.ipynb", "nosuch.ipynb"), "there is no nosuch.ipynb here; name two notebooks"),
        (("a.ipynb", "b.ipynb", "--staged"), "leave --staged and --since-review out"),
        (("a.ipynb", "b.ipynb", "-w", "--format", "json"), "leave one of them out"),
        (("a.ipynb", "b.ipynb", "--since-review", "x"), "leave --staged and --since-review out"),
    ],
)
def test_what_means_nothing_is_said(pair: Path, nbpeer: Callable[..., Any], words: tuple[str, ...], said: str) -> None:
    done = nbpeer("diff", *words, cwd=pair)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_file_that_is_no_notebook_is_shown_as_text_and_said(pair: Path, nbpeer: Callable[..., Any]) -> None:
    (pair / "b.ipynb").write_text("<<<<<<< ours\nfirst line\n")
    done = nbpeer("diff", "a.ipynb", "b.ipynb", cwd=pair)
    assert done.code == 2
    assert "could not be read in b.ipynb: b.ipynb has merge conflict markers" in done.out
    assert "+ first line" in done.out
    assert "- import pandas as pd" in done.out


_DEEP = b'{"nbformat": 4, "metadata": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b'}, "cells": []}'
_WEIRD = b'{"nbformat": 4, "metadata": {}, "cells": [null, 1, {"cell_type": 5, "source": {}}]}'


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\x00\x01\x02" * 999, id="binary"),
        pytest.param(b"\x89PNG\r\n\x1a\n\xff\xfe", id="picture"),
        pytest.param(b"", id="empty"),
        pytest.param(b"[" * 100_000, id="brackets"),
        pytest.param(_DEEP, id="deep"),
        pytest.param(_WEIRD, id="weird"),
        pytest.param('{"cells": []}'.encode("utf-16"), id="utf-16"),
    ],
)
def test_garbage_is_said_without_a_traceback(pair: Path, nbpeer: Callable[..., Any], content: bytes) -> None:
    (pair / "b.ipynb").write_bytes(content)
    for face in ("text", "json", "markdown", "html"):
        for names in (("a.ipynb", "b.ipynb"), ("b.ipynb", "a.ipynb")):
            done = nbpeer("diff", *names, "--format", face, cwd=pair)
            assert (done.code, done.err) == (2, "")
    done = nbpeer("diff", "a.ipynb", "b.ipynb", "--format", "nbdime", cwd=pair)
    assert (done.code, done.out, "could not be read" in done.err) == (2, "", True)


def test_an_older_nbformat_is_compared_with_a_newer_one(pair: Path, nbpeer: Callable[..., Any]) -> None:
    cell = {"cell_type": "code", "language": "python", "metadata": {}, "input": LOAD, "outputs": [], "collapsed": False}
    older = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "a"}, "worksheets": [{"cells": [cell]}]}
    (pair / "a.ipynb").write_text(json.dumps(older))
    write(pair, "b.ipynb", making.code(EDITED))
    done = nbpeer("diff", "a.ipynb", "b.ipynb", cwd=pair)
    assert (done.code, done.err) == (0, "")
    assert "- orders = orders[orders.country != 'XX']" in done.out
    assert "1 cell added, 1 changed" in done.out


def test_large_outputs_and_endless_lines_are_answered_briefly(pair: Path, nbpeer: Callable[..., Any]) -> None:
    endless = "x = '" + "abcdefghijklm" * 1_000_000 + "'"
    output = making.stream("0123456789" * 3_000_000)
    write(pair, "a.ipynb", making.code(LOAD, outputs=[output]), making.code(endless))
    write(pair, "b.ipynb", making.code(EDITED, outputs=[output]), making.code(endless.replace("x", "y", 1)))
    done = nbpeer("diff", "a.ipynb", "b.ipynb", cwd=pair)
    assert (done.code, len(done.out) < 10_000) == (0, True)
    assert "2 cells changed" in done.out
