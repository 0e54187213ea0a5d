from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbpeer.run.file_digests import FileDigests


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def settled(file: Path, memory: Path) -> FileDigests:
    """Digests that remember the file: asked until the clock of the file system has moved on."""
    while True:
        found = FileDigests(memory)
        found.of(file)
        found.keep()
        if memory.exists():
            return found


def test_what_was_not_touched_is_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"1")
    settled(file, tmp_path / "memory")
    memory = (tmp_path / "memory").read_text()
    (tmp_path / "memory").write_text(memory.replace(digest(b"1"), "sha256:remembered"))
    assert FileDigests(tmp_path / "memory").of(file) == "sha256:remembered"


def test_a_change_that_keeps_size_and_time_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"1")
    known = settled(file, tmp_path / "memory")
    before = file.stat()
    file.write_bytes(b"2")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert known.of(file) == digest(b"2")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=3), min_size=1))
def test_however_fast_a_file_changes_its_digest_is_that_of_its_bytes(tmp_path: Path, contents: list[bytes]) -> None:
    known = FileDigests(tmp_path / "memory")
    for content in contents:
        (tmp_path / "a.csv").write_bytes(content)
        assert known.of(tmp_path / "a.csv") == digest(content)


def test_a_damaged_memory_and_a_folder_that_takes_none_cost_only_time(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"1")
    (tmp_path / "memory").write_text("{")
    assert FileDigests(tmp_path / "memory").of(file) == digest(b"1")
    (tmp_path / "folder").write_text("no folder")
    found = FileDigests(tmp_path / "folder/memory")
    assert found.of(file) == digest(b"1")
    found.keep()


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileDigests().of(tmp_path / "gone")
