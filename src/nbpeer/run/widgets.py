"""Widgets without a browser: their state is kept for the notebook, and an Output widget catches outputs, by nbclient's
rules."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from nbpeer.run.outputs import Outputs

_STATE = "application/vnd.jupyter.widget-state+json"


class Widgets:
    """The widgets of one notebook. `say` sends a comm message to the kernel."""

    def __init__(self, say: Callable[[dict[str, Any]], None]) -> None:
        self._say = say
        self._states: dict[str, dict[str, Any]] = {}
        self._buffers: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
        self._catching: dict[str, list[_Catcher]] = {}
        self._catchers: dict[str, _Catcher] = {}

    def take(self, kind: str, content: dict[str, Any], buffers: list[bytes]) -> None:
        """Take a comm message of the kernel."""
        name, data = content["comm_id"], content.get("data") or {}
        state = data.get("state")
        if not isinstance(state, dict):
            return
        self._states.setdefault(name, {}).update(state)
        for path, buffer in zip(data.get("buffer_paths") or (), buffers, strict=False):
            kept = {"data": b64encode(buffer).decode(), "encoding": "base64", "path": path}
            self._buffers.setdefault(name, {})[tuple(path)] = kept
        if kind == "comm_open" and (state.get("_model_module"), state.get("_model_name")) == (
            "@jupyter-widgets/output",
            "OutputModel",
        ):
            self._catchers[name] = _Catcher(self._states[name])
        elif kind == "comm_msg" and name in self._catchers and "msg_id" in state:
            self._catch(self._catchers[name], str(state["msg_id"] or ""))

    def caught(self, request: str, kind: str, content: dict[str, Any]) -> bool:
        """Whether an output of what the kernel answers to `request` went into an Output widget."""
        catching = self._catching.get(request)
        if not catching:
            return False
        catcher = catching[-1]
        catcher.take(kind, content)
        name = next(name for name, found in self._catchers.items() if found is catcher)
        state = {"outputs": catcher.state["outputs"]}
        self._say({"comm_id": name, "data": {"method": "update", "state": state, "buffer_paths": []}})
        return True

    def metadata(self) -> dict[str, Any]:
        """What `metadata.widgets` of the notebook has to be; empty without widgets."""
        states = {name: self._kept(name, state) for name, state in self._states.items() if "_model_name" in state}
        if not self._states:
            return {}
        return {_STATE: {"state": states, "version_major": 2, "version_minor": 0}}

    def _catch(self, catcher: _Catcher, request: str) -> None:
        if request:
            self._catching.setdefault(request, []).append(catcher)
        else:
            for stack in self._catching.values():
                if catcher in stack:
                    stack.remove(catcher)

    def _kept(self, name: str, state: dict[str, Any]) -> dict[str, Any]:
        about = {key: state.get(f"_{key}") for key in ("model_name", "model_module", "model_module_version")}
        buffers = self._buffers.get(name)
        return {**about, "state": state, **({"buffers": list(buffers.values())} if buffers else {})}


class _Catcher:
    """One Output widget; `state` is what it shares with the kernel."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state
        self._outputs = Outputs()
        self._outputs.begin(state.setdefault("outputs", []))

    def take(self, kind: str, content: dict[str, Any]) -> None:
        """Take an output."""
        self._outputs.take(kind, content)
        self._outputs.settle()
