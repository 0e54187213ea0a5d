"""What Jupyter's server calls when it starts and when it ends."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from nbpeer.commands.front_end import front_end
from nbpeer.lab.handler import Handler
from nbpeer.lab.routes import ROUTES
from nbpeer.lab.running import RunBook

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def load(server: ServerApp) -> None:
    """Add nbpeer's addresses to a server."""
    runs = server.web_app.settings["nbpeer_runs"] = RunBook()
    atexit.register(runs.interrupt)
    base = server.web_app.settings["base_url"].rstrip("/")
    handlers = [(f"{base}/nbpeer/{name}", Handler, {"methods": methods}) for name, methods in ROUTES.items()]
    server.web_app.add_handlers(".*$", handlers)  # type: ignore[no-untyped-call]
    found = front_end()
    if found.state != "ok":
        server.log.warning("nbpeer: %s; %s: %s", found.found, found.meaning, found.mend)
