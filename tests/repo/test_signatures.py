"""SSH signatures by the real ssh-keygen: what vouches, and why everything else does not."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import signing
from conftest import GitRepository
from nbpeer.errors import NbpeerError
from nbpeer.repo.signatures import git_signing_key, sign_bytes, signature_fault

CONTENT = b'{"decision":"approve"}'
WHO = "reviewer@example.org"
WHEN = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return signing.make_key(tmp_path)


def fault(key: Path, *, content: bytes = CONTENT, signature: str = "", who: str = WHO, options: str = "") -> str:
    made = signature or sign_bytes(CONTENT, str(key))
    return signature_fault(content, made, who, WHEN, signing.listed(key, WHO, options).encode())


def test_a_listed_key_vouches(key: Path) -> None:
    assert fault(key) == ""


def test_other_content_is_not_vouched_for(key: Path) -> None:
    assert fault(key, content=CONTENT + b" ") == "the sign-off is not what was signed"


def test_another_signer_is_not_vouched_for(key: Path) -> None:
    assert fault(key, who="analyst@example.org") == "its key is not listed for analyst@example.org"


def test_a_key_that_is_not_listed_vouches_for_nobody(key: Path, tmp_path: Path) -> None:
    other = signing.make_key(tmp_path, "other")
    assert fault(key, signature=sign_bytes(CONTENT, str(other))) == f"its key is not listed for {WHO}"


def test_a_signature_made_for_something_else_is_refused(key: Path) -> None:
    command = ["ssh-keygen", "-Y", "sign", "-n", "git", "-f", str(key)]
    made = subprocess.run(command, input=CONTENT, capture_output=True, check=True).stdout.decode()
    assert fault(key, signature=made) == "it was not made for nbpeer (another namespace)"


def test_a_key_that_is_listed_for_something_else_is_refused(key: Path) -> None:
    assert 'not permitted for use in signature namespace "nbpeer"' in fault(key, options='namespaces="git"')


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ('valid-before="20260701130000"', ""),
        ('valid-before="20260701110000"', "key has expired"),
        ('valid-after="20260701130000"', "key is not yet valid"),
    ],
)
def test_the_key_has_to_be_valid_when_it_signed(key: Path, options: str, said: str) -> None:
    assert fault(key, options=options).startswith(said)
    assert bool(fault(key, options=options)) == bool(said)


def test_the_time_is_compared_in_utc_wherever_one_is(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    made = sign_bytes(CONTENT, str(key))
    signers = signing.listed(key, WHO, 'valid-before="20260701130000"').encode()
    there = WHEN.astimezone(timezone(timedelta(hours=-9)))
    assert signature_fault(CONTENT, made, WHO, there, signers) == ""


@pytest.mark.parametrize("made", ["x", "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n"])
def test_what_is_no_signature_is_said(key: Path, made: str) -> None:
    assert fault(key, signature=made) != ""


@pytest.mark.parametrize("signers", [b"", b"nonsense\n", b"\xff\x00"])
def test_a_list_without_the_key_vouches_for_nobody(key: Path, signers: bytes) -> None:
    assert signature_fault(CONTENT, sign_bytes(CONTENT, str(key)), WHO, WHEN, signers) != ""


def test_a_key_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NbpeerError, match="nokey is not there"):
        sign_bytes(CONTENT, str(tmp_path / "nokey"))


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("nothing")
    with pytest.raises(NbpeerError, match="did not sign"):
        sign_bytes(CONTENT, str(tmp_path / "key"))


def test_an_agent_signs_for_a_key_in_words(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    agent = dict(part.strip().split("=", 1) for part in started.split(";") if "=" in part)
    for name, value in agent.items():
        monkeypatch.setenv(name, value)
    try:
        subprocess.run(["ssh-add", "-q", str(key)], check=True, capture_output=True)
        public = key.with_suffix(".pub").read_text().strip()
        for spelled in (public, f"key::{public}", str(key.with_suffix(".pub"))):
            assert fault(key, signature=sign_bytes(CONTENT, spelled)) == ""
    finally:
        subprocess.run(["ssh-agent", "-k"], check=True, capture_output=True)


def test_gits_own_key_is_used_when_git_signs_with_ssh(repo: GitRepository) -> None:
    repo.git("config", "user.signingkey", "~/.ssh/id_ed25519.pub")
    assert git_signing_key(repo.path) == ""
    repo.git("config", "gpg.format", "ssh")
    assert git_signing_key(repo.path) == "~/.ssh/id_ed25519.pub"
