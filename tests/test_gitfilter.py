"""The filter, in real repositories with the real git, and the protocol it speaks."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository
from nbpeer import gitfilter
from nbpeer.errors import NbpeerError
from nbpeer.gitfilter import parse, run
from nbpeer.packets import PACKET
from nbpeer.strip import StripOptions, strip

FILE = shlex.join([sys.executable, "-I", "-S", gitfilter.__file__])
MODULE = shlex.join([sys.executable, "-m", "nbpeer.gitfilter"])
STRANGE_NAMES = [
    b"a b.ipynb",
    b"quo\"te's.ipynb",
    b"new\nline.ipynb",
    b"latin-\xe9.ipynb",
    "é.ipynb".encode(),
    b"-x.ipynb",
]
BROKEN = {
    "empty.ipynb": b"",
    "truncated.ipynb": b'{"cells": [{"outputs": [',
    "lfs.ipynb": b"version https://git-lfs.github.com/spec/v1\n",
    "markers.ipynb": b"{\n<<<<<<< ours\n}\n",
    "list.ipynb": b"[]",
    # Found by the standard library's scanner: inside a string, a key, and a list of strings.
    "string.ipynb": b'{"cells": [], "metadata": {"a": "b',
    "escape.ipynb": b'{"cells": [], "metadata": {"a": "\\x"}}',
    "key.ipynb": b'{"cells": [], "metadata": {}, "na\nme": 1}',
    "deep.ipynb": b'{"cells": [], "metadata": {"a": ' + b"[" * 5000 + b'"\n"' + b"]" * 5000 + b"}}",
    "lines.ipynb": b'{"cells": [{"source": [\n"a"\n<<<<<<< ours\n,"b"\n=======\n>>>>>>> theirs\n]}]}',
}


def use_filter(repo: GitRepository, **settings: str) -> None:
    for key, value in {"required": "true", **settings}.items():
        repo.git("config", f"filter.nbpeer.{key}", value)
    (repo.path / ".git/info/attributes").write_text("*.ipynb filter=nbpeer\n")


@pytest.fixture
def filtered(repo: GitRepository) -> GitRepository:
    """A repository whose notebooks go through the long-running filter."""
    use_filter(repo, process=f"{FILE} process")
    return repo


def executed(text: str = "hello") -> dict[str, Any]:
    return making.notebook(making.code("print()", outputs=[making.stream(f"{text}\n")], execution_count=4))


def as_bytes(notebook: dict[str, Any]) -> bytes:
    return making.text(notebook).encode()


def staged(repo: GitRepository, name: str | bytes) -> bytes:
    command = [b"git", b"cat-file", b"blob", b":" + os.fsencode(name)]
    return subprocess.run(command, cwd=repo.path, check=True, capture_output=True).stdout


@pytest.mark.parametrize("command", [FILE, MODULE], ids=["file", "module"])
@pytest.mark.parametrize("kind", ["process", "clean"])
def test_what_is_staged_is_stripped_and_the_working_copy_keeps_its_outputs(
    repo: GitRepository, command: str, kind: str
) -> None:
    use_filter(repo, **{kind: f"{command} {kind}", "smudge": "cat"})
    path = repo.write("a.ipynb", executed())
    repo.commit()
    assert staged(repo, "a.ipynb") == strip(as_bytes(executed()))
    assert path.read_bytes() == as_bytes(executed())
    assert repo.git("status", "--porcelain") == ""


def test_names_of_any_bytes_work(filtered: GitRepository) -> None:
    for name in STRANGE_NAMES:
        Path(os.fsdecode(bytes(filtered.path) + b"/" + name)).write_bytes(as_bytes(executed()))
    filtered.git("add", "-A")
    for name in STRANGE_NAMES:
        assert staged(filtered, name) == strip(as_bytes(executed()))


def test_what_is_no_notebook_is_staged_as_it_is_with_a_warning(filtered: GitRepository) -> None:
    for name, content in BROKEN.items():
        filtered.write(name, content)
    filtered.write("good.ipynb", executed())
    done = subprocess.run(["git", "add", "-A"], cwd=filtered.path, check=True, capture_output=True, text=True)
    for name, content in BROKEN.items():
        assert staged(filtered, name) == content
        assert done.stderr.count(f"nbpeer: {name} ") == 1
    assert staged(filtered, "good.ipynb") == strip(as_bytes(executed()))
    filtered.commit()
    assert filtered.git("status", "--porcelain") == ""


def test_renormalising_stripped_notebooks_changes_nothing(filtered: GitRepository) -> None:
    for number in range(30):
        filtered.write(f"{number}.ipynb", executed("x" * number * 5000))
    for name, content in BROKEN.items():
        filtered.write(name, content)
    filtered.write("many packets.ipynb", making.notebook(making.code("x" * 4 * PACKET)))
    filtered.commit()
    filtered.git("add", "--renormalize", ".")
    assert filtered.git("status", "--porcelain") == ""
    for path in filtered.path.glob("*.ipynb"):
        os.utime(path, (1, 1))
    assert filtered.git("status", "--porcelain") == ""


def test_one_process_serves_all_files_of_a_command(repo: GitRepository, tmp_path: Path) -> None:
    log = tmp_path / "starts"
    use_filter(repo, process=f"echo start >>{log}; {FILE} process")
    for number in range(20):
        repo.write(f"{number}.ipynb", executed(str(number)))
    repo.git("add", "-A")
    assert log.read_text() == "start\n"


def test_checking_out_gives_what_was_committed(filtered: GitRepository) -> None:
    path = filtered.write("a.ipynb", executed())
    filtered.commit()
    path.unlink()
    filtered.git("checkout", "--", "a.ipynb")
    assert path.read_bytes() == strip(as_bytes(executed()))


def test_a_merge_conflict_neither_stops_git_nor_loses_a_side(filtered: GitRepository) -> None:
    def write(source: str) -> Path:
        return filtered.write("a.ipynb", making.notebook(making.code(source, outputs=[making.stream("x\n")])))

    write("base")
    filtered.commit()
    filtered.git("checkout", "--quiet", "-b", "theirs")
    write("theirs")
    filtered.commit()
    filtered.git("checkout", "--quiet", "main")
    path = write("ours")
    filtered.commit()
    merge = subprocess.run(["git", "merge", "theirs"], cwd=filtered.path, capture_output=True, text=True)
    assert merge.returncode == 1
    assert "UU a.ipynb" in filtered.git("status", "--porcelain")
    conflicted = path.read_bytes()
    assert b"<<<<<<< " in conflicted
    filtered.git("diff")
    write("both")
    filtered.git("add", "a.ipynb")
    assert b"both" in staged(filtered, "a.ipynb")
    assert filtered.git("status", "--porcelain") == "M  a.ipynb\n"


def test_the_flags_in_the_command_are_obeyed(repo: GitRepository) -> None:
    use_filter(repo, process=f"{FILE} process --keep-output '--extra-keys=cell.metadata.a metadata.b'")
    cell = making.code("1", outputs=[making.stream("x\n")], metadata={"a": 1})
    repo.write("a.ipynb", making.notebook(cell, header=None, metadata={"b": 1}))
    repo.git("add", "-A")
    found = json.loads(staged(repo, "a.ipynb"))
    assert found["metadata"] == found["cells"][0]["metadata"] == {}
    assert found["cells"][0]["outputs"]


def test_a_wrong_flag_stops_git_with_the_reason(repo: GitRepository) -> None:
    use_filter(repo, process=f"{FILE} process --keep-outputs")
    repo.write("a.ipynb", executed())
    done = subprocess.run(["git", "add", "-A"], cwd=repo.path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "unknown option --keep-outputs" in done.stderr


# ---- the protocol


def packets(*lines: bytes) -> bytes:
    return b"".join(b"%04x%b" % (len(line) + 4, line) for line in lines) + b"0000"


def content_packets(content: bytes) -> bytes:
    return packets(*(content[start : start + PACKET] for start in range(0, len(content), PACKET)))


HELLO = packets(b"git-filter-client\n", b"version=2\n") + packets(
    b"capability=clean\n", b"capability=smudge\n", b"capability=delay\n"
)
WELCOME = packets(b"git-filter-server\n", b"version=2\n") + packets(b"capability=clean\n", b"capability=smudge\n")


def answered(request: bytes, *arguments: str) -> bytes:
    sink = io.BytesIO()
    assert run(["process", *arguments], io.BytesIO(HELLO + request), sink) == 0
    return sink.getvalue().removeprefix(WELCOME)


@pytest.mark.parametrize("size", [0, 1, PACKET - 1, PACKET, PACKET + 1, 3 * PACKET])
def test_content_of_any_size_goes_through_in_packets(size: int) -> None:
    content = b"x" * size
    request = packets(b"command=smudge\n", b"pathname=a=b.ipynb\n", b"ref=refs/heads/main\n") + content_packets(content)
    assert answered(request) == packets(b"status=success\n") + content_packets(content) + b"0000"


def test_requests_are_answered_in_turn() -> None:
    content = as_bytes(executed())
    request = packets(b"command=clean\n", b"pathname=a.ipynb\n") + content_packets(content)
    answer = packets(b"status=success\n") + content_packets(strip(content)) + b"0000"
    assert answered(request * 3) == answer * 3
    kept = answered(request, "--keep-output", "--keep-count")
    assert kept == packets(b"status=success\n") + content_packets(content) + b"0000"


def test_a_caller_that_is_not_git_is_told_so(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["process"], io.BytesIO(packets(b"git-filter-client\n", b"version=3\n")), io.BytesIO()) == 3
    assert run(["process"], io.BytesIO(), io.BytesIO()) == 3
    assert capfd.readouterr().err.count("git starts this") == 2


# ---- the command line


def test_the_flags_are_nbstripouts() -> None:
    flags = "--keep-output --keep-count --keep-id --drop-empty-cells --extra-keys=metadata.a --max-size 2k".split()
    options = StripOptions(
        keep_output=True,
        keep_count=True,
        extra_keys=("metadata.a",),
        drop_empty_cells=True,
        drop_tagged_cells=("b", "c"),
        max_size=2000,
    )
    assert parse(["clean", *flags, "--drop-tagged-cells", "b c", "x y.ipynb"]) == ("clean", options, "x y.ipynb")
    assert parse(["process"]) == ("process", StripOptions(), "standard input")
    assert parse(["clean", "--", "--keep-output"]) == ("clean", StripOptions(), "--keep-output")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["strip"],
        ["clean", "--keep-output=yes"],
        ["clean", "--max-size=big"],
        ["clean", "--extra-keys=note"],
        list("abc"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_refused(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NbpeerError):
        parse(arguments)
    assert run(arguments, io.BytesIO(), io.BytesIO()) == 2
    assert "usage: nbpeer-filter" in capfd.readouterr().err


def test_one_notebook_is_stripped_from_input_to_output(capfd: pytest.CaptureFixture[str]) -> None:
    for content, expected in [(as_bytes(executed()), strip(as_bytes(executed()))), (b"{", b"{")]:
        sink = io.BytesIO()
        assert run(["clean", "a.ipynb"], io.BytesIO(content), sink) == 0
        assert sink.getvalue() == expected
    assert capfd.readouterr().err.startswith("nbpeer: a.ipynb ends in the middle, left as it is; ")


def test_a_name_cannot_make_lines_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    run(["clean", "--", "a\nnbpeer: all is well\x1b[1m\u202e.ipynb"], io.BytesIO(b"{"), io.BytesIO())
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert r"a\nnbpeer: all is well\x1b[1m\u202e.ipynb" in said


def test_a_small_notebook_is_stripped_without_any_module_that_is_slow_to_import() -> None:
    root = Path(gitfilter.__file__).parent.parent
    program = f"""import io, sys; sys.path.insert(0, {str(root)!r})
from nbpeer.gitfilter import run
run(["clean"], io.BytesIO({as_bytes(executed())!r}), io.BytesIO())
print(*sys.modules)"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    slow = {"collections", "json", "re", "typing", "enum", "msgspec", "argparse", "pathlib", "os", "click", "functools"}
    assert not slow & set(done.stdout.split())


def test_msgspec_is_imported_once_the_work_pays_for_it() -> None:
    """Also where nothing but nbpeer and the standard library is on the path, as when git starts the filter."""
    content = as_bytes(executed())
    request = packets(b"command=clean\n", b"pathname=a.ipynb\n") + content_packets(content)
    program = f"""import io, sys; sys.path.insert(0, {str(Path(gitfilter.__file__).parent.parent)!r})
from nbpeer import filtering
filtering.WORTH_MSGSPEC = {len(content) + 1}
for times in (1, 2):
    filtering.run(["process"], io.BytesIO({HELLO!r} + {request!r} * times), sink := io.BytesIO())
    print("msgspec" in sys.modules, "typing_extensions" in sys.modules)
print(sink.getvalue().count({strip(content)!r}))"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False False", "True False", "2"]
