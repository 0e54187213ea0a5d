from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.model.notebook import parse_notebook

Nbpeer = Callable[..., Outcome]
SECRET = "correct-horse-battery"


def analysis(repo: GitRepository, *sources: str) -> None:
    cells = [making.code("key = None\nalpha = 1", tags=("parameters",)), *map(making.code, sources)]
    repo.write("n.ipynb", making.notebook(*cells, header=None))


def everything(repo: GitRepository) -> bytes:
    """All that is kept in the repository's folder after a run."""
    return b"".join(path.read_bytes() for path in repo.path.rglob("*") if path.is_file())


def test_a_secret_reaches_the_kernel_and_nothing_that_is_kept_or_shown(
    repo: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis(
        repo,
        "import base64, nbpeer, sys\nassert len(key) == 21 and alpha == 2",
        "print(key); print(key, file=sys.stderr); print(key[:9], end='', flush=True); print(key[9:])\nkey",
        "nbpeer.result('key', key); print(base64.b64encode(f'user:{key}'.encode()).decode())",
        "In, _ih, [name for name, value in list(globals().items()) if value == key]",
    )
    monkeypatch.setenv("API_KEY", SECRET)
    done = nbpeer("run", "n.ipynb", "--secret", "key=API_KEY", "-p", "alpha", "2", "--format", "jsonl")
    assert done.code == 0, done.err
    kept = everything(repo)
    for trace in (SECRET, SECRET[9:], base64.b64encode(f"user:{SECRET}".encode()).decode()[8:20]):
        assert trace not in done.out + done.err
        assert trace.encode() not in kept
    executed = parse_notebook((repo.path / ".nbpeer/runs/n.ipynb").read_bytes())
    assert executed.cells[3].outputs[0].text.startswith("********\n")
    assert json.loads((repo.path / "n.results.json").read_bytes())["results"]["key"]["value"] == "********"
    assert "key" not in json.loads((repo.path / "n.results.json").read_bytes())["certificate"]["parameters"]
    assert json.loads(done.out.splitlines()[-1])["run"]["not_kept"] == "it was given a secret"


def test_a_secret_in_an_error_is_masked_too(
    repo: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis(repo, "raise ValueError(f'no access with {key}')")
    monkeypatch.setenv("key", SECRET)
    done = nbpeer("run", "n.ipynb", "--secret", "key")
    assert (done.code, "ValueError: no access with ********" in done.err) == (1, True)
    assert SECRET.encode() not in everything(repo)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--secret", "GONE_KEY"), "the secret GONE_KEY: the environment has no variable GONE_KEY"),
        (("--secret", "keys=API_KEY"), "n.ipynb declares no parameter 'keys'; did you mean 'key'?"),
        (("--secret", "key=API_KEY", "-p", "key", "x"), "key is given both as a parameter and as a secret"),
    ],
)
def test_a_secret_that_cannot_be_given_is_refused_by_name(
    repo: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], message: str
) -> None:
    analysis(repo)
    monkeypatch.setenv("API_KEY", SECRET)
    done = nbpeer("run", "n.ipynb", *options)
    assert (done.code, done.err.startswith(f"nbpeer: {message}"), SECRET in done.err) == (2, True, False)
    assert not (repo.path / ".nbpeer").exists()
