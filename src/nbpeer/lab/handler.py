"""The one place that speaks HTTP: who asks, what they ask, the work done off the event loop, the answer as JSON."""

from __future__ import annotations

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError, authenticated

from nbpeer.errors import NbpeerError
from nbpeer.lab.refused import ConflictError, RefusedError
from nbpeer.lab.session import Page, Route, Session
from nbpeer.render.json import to_json_line

# Slow questions wait for each other, so that they leave the server, and the kernels beside it, some of the processor.
_AT_ONCE = 3
_workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="nbpeer")


class Handler(APIHandler):
    """One address. Errors are one line of JSON, see docs/lab.md."""

    auth_resource = "contents"

    def initialize(self, methods: dict[str, Route]) -> None:
        """Take the routes by HTTP method."""
        self._methods = methods

    @authenticated
    async def get(self) -> None:
        """Answer a question; the query asks."""
        await self._answer("GET")

    @authenticated
    async def post(self) -> None:
        """Do what the body asks."""
        await self._answer("POST")

    @authenticated
    async def put(self) -> None:
        """Keep what the body says."""
        await self._answer("PUT")

    @authenticated
    async def delete(self) -> None:
        """End what the query names."""
        await self._answer("DELETE")

    async def _answer(self, method: str) -> None:
        route = self._methods.get(method)
        if route is None:
            raise HTTPError(405)
        await authorized(route.action)(_work)(self, route)

    def session(self) -> Session:
        """Who asks, and of which server."""
        name = str(getattr(self.current_user, "username", ""))
        return Session(Path(self.settings["server_root_dir"]).expanduser(), name, self.settings["nbpeer_runs"])

    def asked(self, kind: type[msgspec.Struct]) -> Any:
        """The query, or the JSON body, as a typed value. Raises RefusedError for what does not fit."""
        try:
            if self.request.method in ("GET", "DELETE"):
                given = {name: values[-1].decode() for name, values in self.request.query_arguments.items()}
                given.pop("no_track_activity", None)
                return msgspec.convert(given, kind, strict=False)
            return msgspec.json.decode(self.request.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RefusedError(400, f"the request does not fit ({error})", "see docs/lab.md") from None

    def tell(self, value: Any, status: int = 200) -> None:
        """Send a value as JSON."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.finish(to_json_line(value))

    def show(self, page: Page) -> None:
        """Send a page in a sandbox: no script, no form, no address of its own, whatever the page itself says."""
        self.set_header("Content-Security-Policy", _SANDBOX)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")
        self.finish(page.html, set_content_type="text/html; charset=UTF-8")

    def write_error(self, status_code: int, **about: Any) -> None:
        """Whatever Jupyter or tornado raise, in the shape of our own errors."""
        error = (about.get("exc_info") or (None, None))[1]
        said = (error.log_message or error.reason) if isinstance(error, HTTPError) else None
        message, hint = _SAID.get(status_code, (_UNKNOWN, ""))
        self.tell({"message": said or message, "hint": hint}, status_code)

    def refuse(self, error: NbpeerError) -> None:
        """Send an error that somebody can mend; the server's own folder is not told."""
        message, hint = (_one_line(text, self.session().server_root) for text in (error.message, error.hint))
        status = error.status if isinstance(error, RefusedError) else 500 if error.exit_code == 3 else 400
        value: dict[str, Any] = {"message": message, "hint": hint}
        if isinstance(error, ConflictError):
            value["current"] = error.current
        self.tell(value, status)


_SANDBOX = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
_SAID = {
    403: ("Jupyter does not let you do this", "sign in to Jupyter, then reload the page"),
    405: ("this address is not asked in that way", "see docs/lab.md"),
}
_UNKNOWN = "internal error: the server's log says more"


async def _work(handler: Handler, route: Route) -> None:
    """Answer one request; what fails inside is told in one line and logged whole."""
    try:
        asked, session = handler.asked(route.asked), handler.session()
        if inspect.iscoroutinefunction(route.answer):
            value = await route.answer(asked, session)
        else:
            value = await asyncio.get_running_loop().run_in_executor(_workers, route.answer, asked, session)
        if isinstance(value, Page):
            handler.show(value)
        else:
            handler.tell(value, route.status)
    except NbpeerError as error:
        handler.refuse(error)
    except Exception:
        handler.log.exception("nbpeer: internal error at %s", handler.request.path)
        handler.tell({"message": _UNKNOWN, "hint": ""}, 500)


def _one_line(text: str, root: Path) -> str:
    for folder in (str(root.resolve()), str(root)):
        text = text.replace(f"{folder}/", "").replace(folder, "the server's folder")
    return " ".join(text.split())
