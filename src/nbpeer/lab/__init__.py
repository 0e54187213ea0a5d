"""JupyterLab's door: the server extension and the front end that ships with it. HTTP → command → JSON."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "nbpeer.lab"}]


def _load_jupyter_server_extension(server: Any) -> None:
    from nbpeer.lab.extension import load

    load(server)
