from __future__ import annotations

import os
from pathlib import Path

import pytest

from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic


def test_writes_a_new_file_and_its_folders(tmp_path: Path) -> None:
    assert write_atomic(tmp_path / "a" / "b.json", b"new")
    assert (tmp_path / "a" / "b.json").read_bytes() == b"new"


def test_same_content_keeps_the_modification_time(tmp_path: Path) -> None:
    path = tmp_path / "same"
    path.write_bytes(b"content")
    os.utime(path, ns=(1, 1))
    assert not write_atomic(path, b"content")
    assert path.stat().st_mtime_ns == 1


def test_content_of_the_same_length_is_written(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    assert write_atomic(path, b"two")
    assert path.read_bytes() == b"two"


def test_mode_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "script"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomic(path, b"new")
    assert path.stat().st_mode & 0o7777 == 0o640


def test_a_symbolic_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    write_atomic(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_what_cannot_be_written_is_one_clear_error_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    with pytest.raises(NbpeerError, match="taken could not be written"):
        write_atomic(folder, b"content")
    assert list(tmp_path.iterdir()) == [folder]


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    write_atomic(tmp_path / "one", b"1")
    write_atomic(tmp_path / "one", b"2")
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
