"""The fake as a server on localhost, with faults on demand; every request and answer is held against the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from forge.fake_github import contract, graphql_api, handlers_git, rights, shapes
from forge.fake_github.handlers import HANDLERS, Answer, Asked, RefusedError
from forge.fake_github.state import Account, State

assert handlers_git  # its handlers are in the table once it is imported
# lost: refused before anything is done; done: done, but answered 502; dropped: done, and the connection closed.
Kind = Literal["lost", "done", "dropped", "primary", "secondary", "secondary unsaid"]


@dataclass
class Fault:
    """What goes wrong with the next `times` requests whose name (`POST /…/comments`) ends so."""

    ends: str
    kind: Kind
    times: int = 1
    seconds: int = 30


class FakeGitHub(State):
    """GitHub with one repository. `address` is the API's, `violations` is what broke the contract."""

    address = ""

    def __init__(self, *arguments: Any, **known: Any) -> None:
        super().__init__(*arguments, **known)
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.violations: list[str] = []
        self._meanwhile: list[tuple[str, Callable[[], object]]] = []
        self._lock = Lock()

    def meanwhile(self, ends: str, action: Callable[[], object]) -> None:
        """Do something just before the next request whose name ends so: what another job or person did."""
        self._meanwhile.append((ends, action))

    def sent(self, verb: str) -> list[str]:
        """The requests with a verb so far."""
        return [name for name in self.requests if name.startswith(verb)]

    def answer(self, verb: str, target: str, headers: Any, body: Any) -> tuple[int, Any, dict[str, str], bool]:
        """Status, body, headers, and whether the connection is closed instead."""
        with self._lock:
            parts = urlsplit(target)
            name, operation = self._named(verb, parts.path)
            self.requests.append(name)
            self._act(name)
            fault = self._fault(name)
            if fault and fault.kind not in ("done", "dropped"):
                status, said, more = self._broken(fault, name)
                return status, said, more, False
            me = self.tokens.get(headers.get("Authorization", "").rpartition(" ")[2])
            if headers.get("X-GitHub-Api-Version") != "2022-11-28":
                self.violations.append(f"{name}: no X-GitHub-Api-Version")
            status, said = self._done(name, operation, dict(parse_qsl(parts.query)), body, me)
            if fault and fault.kind == "done":
                return 502, {"message": "Server Error"}, {}, False
            return status, said, {}, bool(fault)

    def _named(self, verb: str, path: str) -> tuple[str, contract.Operation | None]:
        if path == "/api/graphql":
            return "POST graphql", None
        operation = contract.operation(verb, path.removeprefix("/api/v3"))
        return (operation.name, operation) if operation else (f"{verb} {path}", None)

    def _done(
        self, name: str, operation: contract.Operation | None, query: dict[str, str], body: Any, me: Account | None
    ) -> Answer:
        if me is None:
            return 401, shapes.error("Bad credentials") | {"status": "401"}
        if name == "POST graphql":
            return 200, graphql_api.answer(self, me, body["query"], body["variables"])
        if operation is None or name not in HANDLERS:
            self.violations.append(f"{name} is not in the slice")
            return 404, shapes.error("Not Found")
        if f"{operation.values['owner']}/{operation.values['repo']}" != self.name:
            return 404, shapes.error("Not Found")
        faults = contract.faults_of_request(name, query, body)
        if faults:
            self.violations += faults
            return 422, shapes.error("; ".join(faults))
        narrow = me.rights is not None and rights.lacking(name, me.rights)
        if narrow or (not me.token_writes and not name.startswith("GET")):
            return 403, shapes.error("Resource not accessible by integration")
        try:
            status, said = HANDLERS[name](self, Asked(operation.values, query, body, me))
        except RefusedError as refused:
            status, said = refused.status, refused.body | {"status": str(refused.status)}
        self.violations += contract.faults_of_answer(name, status, said)
        return status, said

    def _act(self, name: str) -> None:
        for entry in [entry for entry in self._meanwhile if name.endswith(entry[0])]:
            self._meanwhile.remove(entry)
            entry[1]()

    def _fault(self, name: str) -> Fault | None:
        found = next((fault for fault in self.faults if fault.times and name.endswith(fault.ends)), None)
        if found:
            found.times -= 1
        return found

    def _broken(self, fault: Fault, name: str) -> tuple[int, Any, dict[str, str]]:
        if fault.kind == "lost":
            return 502, {"message": "Server Error"}, {}
        if fault.kind == "primary":
            reset = str(int(self.clock.now) + fault.seconds)
            headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "1000", "X-RateLimit-Reset": reset}
            if name == "POST graphql":  # RULES["limits of GraphQL"]
                said = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit already exceeded."}]}
                return 200, said, headers
            return 403, shapes.error("API rate limit exceeded for installation."), headers
        said = shapes.error("You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
        return 403, said, {"Retry-After": str(fault.seconds)} if fault.kind == "secondary" else {}


@contextmanager
def serving(fake: FakeGitHub) -> Iterator[FakeGitHub]:
    """The fake on a port of localhost; `fake.address` is what GITHUB_API_URL takes."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def log_message(self, *_arguments: object) -> None: ...

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            try:
                status, said, headers, dropped = fake.answer(self.command, self.path, self.headers, body)
            except Exception as error:
                fake.violations.append(f"{self.command} {self.path}: {type(error).__name__} {error}")
                status, said, headers, dropped = 400, {"message": str(error)}, {}, False
            if dropped:
                self.close_connection = True
                return
            content = b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {
                "Content-Length": str(len(content)),
                "Content-Type": "application/json",
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _handle  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.address = f"http://127.0.0.1:{server.server_port}/api/v3"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
