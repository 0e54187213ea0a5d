from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nbpeer.run.surroundings import same_surroundings, surroundings


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "site-packages"
    (place / "pandas-3.1.0.dist-info").mkdir(parents=True)
    (place / "python").write_text("an interpreter")
    return place


def test_what_is_no_package_does_not_matter(place: Path) -> None:
    then = surroundings(str(place / "python"), [str(place)])
    (place / "__pycache__").mkdir()
    (place / "notes.txt").write_text("x")
    assert same_surroundings(then)


def upgraded(place: Path) -> None:
    (place / "pandas-3.1.0.dist-info").rename(place / "pandas-3.1.1.dist-info")


def installed(place: Path) -> None:
    (place / "polars-1.0.dist-info").mkdir()


def linked(place: Path) -> None:
    (place / "__editable__.team-1.0.pth").write_text("elsewhere")


def replaced(place: Path) -> None:
    (place / "python").write_text("another interpreter")


def touched(place: Path) -> None:
    os.utime(place / "python", (1, 1))


@pytest.mark.parametrize("change", [upgraded, installed, linked, replaced, touched])
def test_another_package_or_interpreter_is_seen(place: Path, change: Callable[[Path], None]) -> None:
    then = surroundings(str(place / "python"), [str(place)])
    change(place)
    assert not same_surroundings(then)


def test_a_place_that_is_gone_counts_as_empty(tmp_path: Path) -> None:
    assert same_surroundings(surroundings(sys.executable, [str(tmp_path / "gone")]))
