"""What a workflow's token may do: the rights that each operation needs. RULES["rights of a job"]."""

from __future__ import annotations

# By how the path of an operation begins, below the repository: any of the rights will do.
_NEEDS = {
    "/issues/": ("pull-requests",),
    "/pulls": ("pull-requests",),
    "/check-runs": ("checks",),
    "/commits/{ref}/check-runs": ("checks",),
    "/statuses/": ("statuses",),
    "/commits/{ref}/statuses": ("statuses",),
    "/commits/{commit_sha}/pulls": ("contents", "pull-requests"),
    "/git/": ("contents",),
    "/contents/": ("contents",),
}
_REPO = "/repos/{owner}/{repo}"


def lacking(operation: str, rights: frozenset[str]) -> str:
    """The right that a token lacks for an operation (`POST /repos/…`), "" for none: `pull-requests: write`.

    `rights` are written alike; to write includes to read. What is not listed needs nothing but a token.
    """
    verb, path = operation.split()
    below = path.removeprefix(_REPO)
    needed = next((known for start, known in _NEEDS.items() if below.startswith(start)), ())
    how = ("write",) if verb != "GET" else ("read", "write")
    if not needed or any(f"{right}: {one}" in rights for right in needed for one in how):
        return ""
    return f"{needed[-1]}: {how[0]}"
