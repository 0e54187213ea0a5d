"""Images in comments: a branch of their own, `nbpeer-assets`, in public repositories only, for those who opted in.

A comment shows no data URIs (github/markup#270), and pictures of a private repository only to who is logged in.
An address names the commit, so that a comment goes on showing the picture it was written with.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from nbpeer.forge.forge import ForgeError
from nbpeer.forge.github_client import Client

BRANCH = "nbpeer-assets"
_RACES = 4


def upload_image(client: Client, name: str, content: bytes) -> str:
    """As `Forge.upload_image`: "" for a repository that is not public."""
    repository = client.get()
    if repository["private"] or repository.get("visibility", "public") != "public":
        return ""
    path = f"{hashlib.sha256(content).hexdigest()[:16]}-{_name(name)}"
    for _ in range(_RACES):
        head = client.find(f"/git/ref/heads/{BRANCH}")
        parent = head["object"]["sha"] if head else ""
        if parent and client.find(f"/contents/{path}", ref=parent):
            return f"{repository['html_url']}/raw/{parent}/{path}"
        commit = _commit(client, path, content, parent)
        if _move(client, commit, new=not parent):
            return f"{repository['html_url']}/raw/{commit}/{path}"
    raise ForgeError(f"the branch {BRANCH} moved {_RACES} times while a picture was added", "run it again")


def _commit(client: Client, path: str, content: bytes, parent: str) -> str:
    """A commit that adds one file. Each part is named by its content, so sending one twice does no harm."""
    blob = _made(client, "blobs", {"content": base64.b64encode(content).decode(), "encoding": "base64"})
    entry = {"path": path, "mode": "100644", "type": "blob", "sha": blob}
    base = {"base_tree": client.get(f"/git/commits/{parent}")["tree"]["sha"]} if parent else {}
    tree = _made(client, "trees", {"tree": [entry], **base})
    message = f"Picture for a review: {path}"
    return _made(client, "commits", {"message": message, "tree": tree, "parents": [parent] if parent else []})


def _made(client: Client, kind: str, body: dict[str, Any]) -> str:
    return str(client.put("POST", f"/git/{kind}", body)["sha"])


def _move(client: Client, commit: str, *, new: bool) -> bool:
    """Make the branch name the commit; False when another job was faster."""
    try:
        if new:
            client.put("POST", "/git/refs", {"ref": f"refs/heads/{BRANCH}", "sha": commit})
        else:
            client.put("PATCH", f"/git/refs/heads/{BRANCH}", {"sha": commit, "force": False})
    except ForgeError as error:
        if error.status != 422:
            raise
        return False
    return True


def _name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.")[:80] or "picture"
