from __future__ import annotations

from pathlib import Path

import pytest

from nbpeer.config import Config, load_config
from nbpeer.errors import NbpeerError


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert load_config(tmp_path) == Config()


def test_pyproject_section_is_read(tmp_path: Path) -> None:
    text = '[tool.nbpeer]\nbase = "develop"\n[tool.nbpeer.check]\nignore = ["NBP205"]\n'
    (tmp_path / "pyproject.toml").write_text(text)
    found = load_config(tmp_path)
    assert (found.base, found.check.ignore) == ("develop", ("NBP205",))


def test_pyproject_without_the_section_means_defaults(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load_config(tmp_path) == Config()


def test_nbpeer_toml_wins_over_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.nbpeer]\nbase = "one"\n')
    (tmp_path / "nbpeer.toml").write_text('base = "two"\n')
    assert load_config(tmp_path).base == "two"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("nbpeer.toml", "bse = 'x'", r"nbpeer.toml: unknown key 'bse', did you mean 'base'\?"),
        ("nbpeer.toml", "[check]\nselct = []", r"unknown key 'selct' in \[check\], did you mean 'select'\?"),
        ("pyproject.toml", "[tool.nbpeer.run]\ntimeout = 'x'", r"expected int, got str in \[tool.nbpeer.run.timeout\]"),
        ("pyproject.toml", "[tool.nbpeer", "pyproject.toml is not valid TOML"),
        ("nbpeer.toml", "[gate.tiers.huge]", r"invalid enum value 'huge' in \[gate.tiers"),
        ("nbpeer.toml", "[gate.tiers.high]\nreviewer = 2", r"unknown key 'reviewer' in .*, did you mean 'reviewers'\?"),
        ("nbpeer.toml", "[gate.tiers.high]\nreviewers = 0", r"expected int >= 1"),
    ],
    ids=["unknown key", "in a section", "wrong type", "not TOML", "unknown tier", "in a tier", "no reviewer"],
)
def test_a_mistake_names_file_key_and_place(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(NbpeerError, match=message):
        load_config(tmp_path)


def test_a_tier_asks_what_all_are_asked_unless_it_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "nbpeer.toml").write_text(
        '[gate]\nreviewers = 2\n[gate.tiers.high]\nseverity = "warning"\nreviewers = 3\n'
    )
    gate = load_config(tmp_path).gate
    assert (gate.of("low").severity, gate.of("low").reviewers) == ("error", 2)
    assert (gate.of("high").severity, gate.of("high").reviewers) == ("warning", 3)
    assert gate.of("high", ("error",)).severity == "warning"
    assert gate.of("medium", ("error", "warning", "info")).severity == "warning"
