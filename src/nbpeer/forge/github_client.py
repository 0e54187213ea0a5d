"""One GitHub repository spoken to through PyGithub: waiting, looking before repeating, and errors said in one line.

PyGithub's own retries are off: they would send a POST again after a 502 without looking whether it had been done,
and sleep for as long as GitHub asks. Sources: GitHub's "Best practices for using the REST API" (one write a second,
wait as the headers say, else a minute for a secondary limit).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote

from nbpeer.errors import missing_extra
from nbpeer.files import shown
from nbpeer.forge.forge import ForgeError, TooLongError
from nbpeer.model.pull_request import Person

if TYPE_CHECKING:
    import github

Done = TypeVar("Done")
API_VERSION = "2022-11-28"
PER_PAGE = 100
_MOST_PAGES = 100
_TRIES = 5
_SECONDARY_WAIT = 60.0
# `GET /user` refuses an installation's token, of which GITHUB_TOKEN is one; the viewer is told to every token.
_VIEWER = "query { viewer { login databaseId } }"


class Waiting(NamedTuple):
    """How to wait: the clock (seconds since 1970), the sleep, whom to tell, and the bound on all waits together."""

    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    say: Callable[[str], None] = lambda line: None
    most: float = 900.0
    between_writes: float = 1.0


class Client:
    """Requests to one repository. Paths stand below `/repos/OWNER/NAME`; each verb raises ForgeError."""

    def __init__(self, server: str, token: str, repository: str, waiting: Waiting) -> None:
        self.repository = repository
        self._waiting = waiting
        self._waited = 0.0
        self._requester = _requester(server, token, waiting)

    @cached_property
    def me(self) -> Person:
        """The account whose token this is: a person, `github-actions[bot]` or an App's `name[bot]`."""
        viewer = self.graphql(_VIEWER)["viewer"]
        return Person(viewer["login"], viewer["databaseId"] or 0, bot=viewer["login"].endswith("[bot]"))

    def get(self, path: str = "", **parameters: object) -> Any:
        """One answer."""
        return self._repeated("GET", path, lambda: self._send("GET", path, parameters=parameters), None)

    def find(self, path: str, **parameters: object) -> Any | None:
        """One answer, None when there is no such thing; an unknown commit is answered with 422."""
        try:
            return self.get(path, **parameters)
        except ForgeError as error:
            if error.status in (404, 422):
                return None
            raise

    def pages(self, path: str, key: str = "", most: int = _MOST_PAGES, **parameters: object) -> list[Any]:
        """Every entry of a list, page by page, at most `most` pages; `key` is the member that holds it, if any."""
        found: list[Any] = []
        for page in range(1, most + 1):
            answer = self.get(path, per_page=PER_PAGE, page=page, **parameters)
            entries = answer[key] if key else answer
            found += entries
            if len(entries) < PER_PAGE:
                break
        return found

    def post(
        self, path: str, body: dict[str, Any], done: Callable[[], Done | None], read: Callable[[Any], Done]
    ) -> Done:
        """Create something. When the answer is lost, `done` looks whether it was created before it is sent again."""
        return self._repeated("POST", path, lambda: read(self._send("POST", path, body=body)), done)

    def put(self, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A write that may be sent twice without harm: PATCH, PUT, DELETE, or a POST that only sets something."""
        return self._repeated(verb, path, lambda: self._send(verb, path, body=body), None)

    def patch(self, path: str, body: dict[str, Any], done: Callable[[], bool | None]) -> None:
        """A PATCH that adds to what is there, so that `done` looks before it is sent again."""

        def send() -> bool:
            self._send("PATCH", path, body=body)
            return True

        self._repeated("PATCH", path, send, done)

    def graphql(self, query: str, **variables: object) -> dict[str, Any]:
        """The data a query asks for."""
        answer: dict[str, Any] = self._repeated(
            "query", "graphql", lambda: self._requester.graphql_query(query, variables)[1], None
        )
        data: dict[str, Any] = answer["data"]
        return data

    def _send(self, verb: str, path: str, parameters: Any = None, body: Any = None) -> Any:
        address = f"/repos/{self.repository}{path}"
        return self._requester.requestJsonAndCheck(verb, address, parameters=parameters, input=body)[1]

    def _repeated(self, verb: str, path: str, send: Callable[[], Done], done: Callable[[], Done | None] | None) -> Done:
        """Send, wait out limits, send again what was lost; `done` looks first whether it was not."""
        from github import GithubException
        from requests import RequestException

        lost = limited = 0
        while True:
            try:
                return send()
            except GithubException as error:
                said = _message(error.data)
                pause = _limit(error, said, limited, self._waiting.clock())
                if pause is not None:
                    limited += 1
                    self._wait(pause, "GitHub's rate limit")
                    continue
                if error.status < 500:
                    raise _refusal(verb, path, error.status, said, error.data) from None
                reason = f"GitHub answered {error.status}"
            except RequestException as error:
                reason = f"no answer from GitHub ({type(error).__name__})"
            lost += 1
            if lost == _TRIES:
                raise ForgeError(f"{reason} to {verb} {path}, {_TRIES} times", "try again later") from None
            self._wait(2.0 ** (lost - 1), reason)
            if done and (found := done()) is not None:
                return found

    def _wait(self, seconds: float, why: str) -> None:
        self._waited += seconds
        if self._waited > self._waiting.most:
            until = time.strftime("%H:%M UTC", time.gmtime(self._waiting.clock() + seconds))
            raise ForgeError(
                f"{why}: nothing more until {until}", "run it again then; what was posted stays", status=429
            )
        self._waiting.say(f"{why}: waiting {seconds:.0f} s")
        self._waiting.sleep(seconds)


def segment(text: str) -> str:
    """A text as one segment of a path."""
    return quote(text, safe="")


def _requester(server: str, token: str, waiting: Waiting) -> github.Requester.Requester:
    try:
        from github import Auth, Github
    except ModuleNotFoundError:
        raise missing_extra("GitHub", "github") from None
    found = Github(
        auth=Auth.Token(token),
        base_url=server,
        retry=None,
        timeout=60,
        user_agent="nbpeer",
        seconds_between_requests=0,
        seconds_between_writes=waiting.between_writes,
        api_version=API_VERSION,
    )
    return found.requester


def _message(data: Any) -> str:
    """What GitHub says, with its list of errors, as one line."""
    if not isinstance(data, dict):
        return shown(str(data or ""))[:300]
    errors = data.get("errors") or ()
    told = [
        str(error.get("message") or error.get("code")) if isinstance(error, dict) else str(error) for error in errors
    ]
    return shown(", ".join(filter(None, (str(data.get("message") or ""), *told))))[:600]


def _limit(error: github.GithubException, said: str, before: int, now: float) -> float | None:
    """Seconds to wait when this is a rate limit; None when it is not. PyGithub calls an error of GraphQL a 400."""
    if error.status not in (403, 429) and not (error.status == 400 and "rate limit" in said.lower()):
        return None
    headers = error.headers or {}
    if headers.get("retry-after", "").isdigit():
        return max(float(headers["retry-after"]), 1.0)
    if headers.get("x-ratelimit-remaining") == "0":
        return max(float(headers.get("x-ratelimit-reset", now)) - now, 0.0) + 1
    if error.status == 429 or "secondary rate limit" in said.lower():
        return _SECONDARY_WAIT * 2.0**before
    return None


def _refusal(verb: str, path: str, status: int, said: str, data: Any) -> ForgeError:
    if status == 401:
        return ForgeError(
            f"GitHub does not accept the token ({said})",
            "it has expired or was revoked: set GITHUB_TOKEN to a new one; in Actions give ${{ github.token }}",
            status,
        )
    if status == 403:
        return ForgeError(
            f"the token may not {verb} {path} ({said})",
            "a job posts with permissions {pull-requests: write, checks: write, statuses: write}; for a fork and for "
            "Dependabot its token only reads: post from a workflow_run job, as `nbpeer init --github=forks` writes it",
            status,
        )
    if status in (413, 422) and ("too long" in said or status == 413):
        return TooLongError(f"GitHub finds the text too long ({said})", "send less", status)
    hint = "is the number right, and may the token see the repository?" if status == 404 else ""
    return ForgeError(f"GitHub refused {verb} {path} ({status} {said})", hint, status)
