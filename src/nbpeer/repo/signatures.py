"""SSH signatures, as git makes them: `ssh-keygen -Y sign` and `-Y verify`, in a namespace of our own.

The formats are OpenSSH's (PROTOCOL.sshsig; ALLOWED SIGNERS in ssh-keygen(1)). OpenSSH 8.2 or newer is needed.
"""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import current_thread, main_thread

from nbpeer.errors import NbpeerError
from nbpeer.repo.git import GitRefusedError, ask

NAMESPACE = "nbpeer"
SIGNERS = ".nbpeer/allowed_signers"
# What ssh-keygen says, and what it means for a reader; anything else is repeated as it is.
_MEANINGS = {
    "incorrect signature": "the sign-off is not what was signed",
    "namespace does not match": f"it was not made for {NAMESPACE} (another namespace)",
    "missing header": "it is no SSH signature",
    "incomplete message": "it is no SSH signature",
}


def git_signing_key(root: Path) -> str:
    """The key that git signs with, when git signs with SSH keys (gpg.format, user.signingkey); "" when it does not."""
    if _configured(root, "gpg.format") != "ssh":
        return ""
    return _configured(root, "user.signingkey")


def sign_bytes(content: bytes, key: str) -> str:
    """The armoured SSH signature of `content`; `key` is a key file, or a public key in words whose agent signs.

    Raises NbpeerError when there is no ssh-keygen, no such key, or the key does not sign.
    """
    with TemporaryDirectory() as folder:
        literal = key.removeprefix("key::")
        file = Path(key).expanduser()
        if key.startswith(("key::", "ssh-", "ecdsa-", "sk-")):
            file = Path(folder) / "key.pub"
            file.write_text(f"{literal}\n")
        elif not file.is_file():
            raise NbpeerError(f"the SSH key {key} is not there", "name a key file, or mend git's user.signingkey")
        agent = ["-U"] if file.suffix == ".pub" else []
        done = _ssh_keygen(["-Y", "sign", "-n", NAMESPACE, "-f", str(file), *agent], content)
    if done.returncode:
        said = _last_line(done.stderr) or "no reason given"
        raise NbpeerError(f"the SSH key {key} did not sign ({said})", "see `ssh-add -l`, or pass --unsigned")
    return done.stdout.decode()


def signature_fault(content: bytes, signature: str, signer: str, time: datetime, signers: bytes) -> str:
    """Why a signature does not vouch for `content`; "" when it does.

    `signers` is an allowed-signers file that has to list the key for `signer`, valid at `time`. Dates in it that name
    no time zone are UTC. Raises NbpeerError when there is no ssh-keygen.
    """
    with TemporaryDirectory() as folder:
        allowed, signed = Path(folder) / "signers", Path(folder) / "signature"
        allowed.write_bytes(signers)
        signed.write_text(signature)
        when = time.astimezone(UTC).strftime("%Y%m%d%H%M%S")
        place = ["-f", str(allowed), "-I", signer, "-s", str(signed)]
        done = _ssh_keygen(["-Y", "verify", "-n", NAMESPACE, *place, "-O", f"verify-time={when}"], content)
    if done.returncode == 0:
        return ""
    said = re.sub(r"^\S*signers:\d+: ", "", _last_line(done.stderr))
    meant = next((meaning for words, meaning in _MEANINGS.items() if words in said), said)
    return meant or f"its key is not listed for {signer}"


def _configured(root: Path, key: str) -> str:
    try:
        return ask(root, "config", "--get", key).strip()
    except GitRefusedError:
        return ""


def _ssh_keygen(arguments: list[str], content: bytes) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
    try:
        # Off the main thread nobody is there to type a passphrase: without a terminal ssh-keygen says so at once.
        alone = current_thread() is not main_thread()
        command = ["ssh-keygen", *arguments]
        return subprocess.run(command, input=content, env=environment, capture_output=True, start_new_session=alone)
    except FileNotFoundError:
        raise NbpeerError("ssh-keygen is not installed", "install OpenSSH, or sign without a key") from None


def _last_line(stderr: bytes) -> str:
    lines = [line for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
