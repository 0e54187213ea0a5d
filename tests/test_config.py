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
    ],
    ids=["unknown key", "unknown key in a section", "wrong type", "not TOML"],
)
def test_a_mistake_names_file_key_and_place(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(NbpeerError, match=message):
        load_config(tmp_path)
