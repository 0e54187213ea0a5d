"""People and labels: what an account may do, who is asked, and what a pull request is labelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nbpeer.forge import github_read
from nbpeer.forge.forge import ForgeError
from nbpeer.forge.github_client import Client, segment
from nbpeer.model.pull_request import Permission, Person

_MOST_COMMITS = 50
_AUTHORS = "{ ... on Commit { authors(first: 100) { nodes { email user { login databaseId } } } } }"


def permission(client: Client, login: str) -> Permission:
    """What an account may do in the repository; none for one that GitHub does not know there."""
    found = client.find(f"/collaborators/{segment(login)}/permission")
    return github_read.permission(found) if found else "none"


def commit_accounts(client: Client, number: int, commits: Mapping[str, str]) -> dict[str, Person]:
    """As `Forge.commit_accounts`: GitHub matches an address with the account that has confirmed it."""
    listed = client.pages(f"/pulls/{number}/commits")
    found = {
        one["commit"]["author"]["email"].strip().lower(): github_read.person(one["author"])
        for one in listed
        if one.get("author") and one["commit"].get("author")
    }
    others = sorted({commit for address, commit in commits.items() if address not in found})
    for first in range(0, len(others), _MOST_COMMITS):
        found = _authors(client, others[first : first + _MOST_COMMITS]) | found
    return found


def request_reviewers(client: Client, number: int, logins: tuple[str, ...], seen: frozenset[str]) -> None:
    """As `Forge.request_reviewers`; `seen` are those who have reviewed. One bad name does not cost the others."""
    asked = {one["login"].lower() for one in client.get(f"/pulls/{number}/requested_reviewers")["users"]}
    new = [login for login in dict.fromkeys(logins) if login.lower() not in asked | seen]
    refused = (
        [login for login in new if not _ask(client, number, [login])] if new and not _ask(client, number, new) else []
    )
    if refused:
        raise ForgeError(
            f"GitHub does not let {', '.join(refused)} be asked", "see whether they may read the repository", 422
        )


def label(client: Client, number: int, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """As `Forge.label`."""
    found = {one["name"].lower() for one in client.pages(f"/issues/{number}/labels")}
    new = [name for name in dict.fromkeys(add) if name.lower() not in found]
    if new:
        client.put("POST", f"/issues/{number}/labels", {"labels": new})
    for name in remove:
        if name.lower() in found:
            _take_off(client, number, name)


def _authors(client: Client, commits: Sequence[str]) -> dict[str, Person]:
    """The accounts of the authors and co-authors of commits; a commit that GitHub does not show tells of nobody."""
    asked = " ".join(f'c{number}: object(oid: "{commit}") {_AUTHORS}' for number, commit in enumerate(commits))
    query = f"query ($owner: String!, $name: String!) {{ repository(owner: $owner, name: $name) {{ {asked} }} }}"
    owner, _, name = client.repository.partition("/")
    shown = client.graphql(query, owner=owner, name=name)["repository"].values()
    authors = [author for commit in shown if commit for author in commit["authors"]["nodes"]]
    return {
        author["email"].strip().lower(): Person(author["user"]["login"], author["user"]["databaseId"] or 0)
        for author in authors
        if author["user"] and author["email"]
    }


def _ask(client: Client, number: int, logins: list[str]) -> bool:
    try:
        client.put("POST", f"/pulls/{number}/requested_reviewers", {"reviewers": logins})
    except ForgeError as error:
        if error.status != 422:
            raise
        return False
    return True


def _take_off(client: Client, number: int, name: str) -> None:
    try:
        client.put("DELETE", f"/issues/{number}/labels/{segment(name)}")
    except ForgeError as error:
        if error.status != 404:
            raise
