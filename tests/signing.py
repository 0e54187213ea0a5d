"""SSH keys and lists of signers, made by the real ssh-keygen."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from nbpeer.repo.signatures import SIGNERS

if TYPE_CHECKING:
    from conftest import GitRepository


def make_key(folder: Path, name: str = "key") -> Path:
    """A new key without a passphrase; its public half is beside it."""
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)], check=True)
    return path


def listed(key: Path, signer: str, options: str = "") -> str:
    """One line of an allowed-signers file."""
    public = key.with_suffix(".pub").read_text().strip()
    return f"{signer} {options}{' ' if options else ''}{public}\n"


def list_signers(repo: GitRepository, *lines: str, branch: str = "main") -> None:
    """Commit the list of signers on a branch, and come back."""
    here = repo.git("branch", "--show-current").strip()
    repo.git("switch", "--quiet", branch)
    repo.write(SIGNERS, "".join(lines))
    repo.git("add", SIGNERS)
    repo.git("commit", "--quiet", "-m", "signers", "--author", "Maintainer <maintainer@example.org>")
    repo.git("switch", "--quiet", here)
