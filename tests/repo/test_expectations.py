from __future__ import annotations

from pathlib import Path

import pytest

from nbpeer.errors import NbpeerError
from nbpeer.repo.expectations import expectation_files


def test_each_file_that_patterns_name_is_read_once_with_the_manifest_beside_it(tmp_path: Path) -> None:
    for name in ("target/run_results.json", "target/manifest.json", "gx/a/1.json", "gx/b.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = list(expectation_files(tmp_path, ["target/run_results.json", "gx/**/*.json", "gx/b.json"]))
    assert found == [
        ("target/run_results.json", b"target/run_results.json", b"target/manifest.json"),
        ("gx/a/1.json", b"gx/a/1.json", None),
        ("gx/b.json", b"gx/b.json", None),
    ]


@pytest.mark.parametrize("pattern", ["target/run_results.json", "gx/**/*.json"])
def test_a_pattern_that_finds_nothing_is_told(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "gx").mkdir()
    assert list(expectation_files(tmp_path, [pattern])) == [(pattern, None, None)]


@pytest.mark.parametrize("pattern", ["../x.json", "/etc/x.json", "a/../../x.json", ""])
def test_a_pattern_that_leaves_the_repository_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(NbpeerError, match="not inside the repository"):
        list(expectation_files(tmp_path, [pattern]))
