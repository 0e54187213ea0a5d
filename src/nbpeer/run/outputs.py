"""A kernel's messages as a notebook's outputs, by nbclient's rules, but text that follows text of its stream goes on
there, as JupyterLab shows it, and a cell may print more than fits into memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import groupby
from typing import Any

# Characters that one cell printed and that are kept at each end. JupyterLab stops showing long before.
MOST_PRINTED = 5_000_000


class Outputs:
    """The outputs of one notebook's cells, as they come. `make` turns a dict into what the notebook is made of."""

    def __init__(self, make: Callable[[dict[str, Any]], Any] = dict, most: int = MOST_PRINTED) -> None:
        self._make = make
        self._most = most
        self._shown: dict[str, list[Any]] = {}
        self._pieces: list[str] = []
        self.begin([])

    def begin(self, outputs: list[Any]) -> None:
        """What comes next is added to these, the outputs of one cell."""
        self.list = outputs
        self._clear_next = False
        self._forget_text()

    def settle(self) -> None:
        """The cell is done: its text is put together. What was printed beyond the limit is counted, its end kept."""
        self.join()
        if not self._last:
            return
        if self._dropped:
            self._append({"output_type": "stream", "name": "stderr", "text": self._notice()})
        for name, pieces in groupby(self._last, lambda held: held[0]):
            text = "".join(text for _, text in pieces)
            self._append({"output_type": "stream", "name": name, "text": text})
        self._forget_text()

    def take(self, kind: str, content: dict[str, Any]) -> None:
        """Take one message of the cell under way; of a kind that is no output, nothing is taken."""
        if kind == "clear_output":
            self._clear_next = bool(content.get("wait"))
            if not self._clear_next:
                self._clear()
            return
        if kind == "update_display_data":
            self._update(content)
            return
        if kind not in ("stream", "display_data", "execute_result", "error"):
            return
        if self._clear_next:
            self._clear()
        if kind == "stream":
            self._print(content["name"], content["text"])
        else:
            self.join()
            self._update(content)
            self._show(kind, content)

    def add_error(self, ename: str, evalue: str) -> None:
        """Add an error that the kernel could not tell of itself."""
        self.join()
        self._append({"output_type": "error", "ename": ename, "evalue": evalue, "traceback": []})

    def _show(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "error":
            kept: dict[str, Any] = {key: content[key] for key in ("ename", "evalue", "traceback")}
        else:
            kept = {"data": content["data"], "metadata": content.get("metadata") or {}}
        if kind == "execute_result":
            kept["execution_count"] = content["execution_count"]
        output = self._append({"output_type": kind, **kept})
        if name := _display_id(content):
            self._shown.setdefault(name, []).append(output)

    def _update(self, content: dict[str, Any]) -> None:
        for output in self._shown.get(_display_id(content), ()):
            new = self._make({"data": content["data"], "metadata": content.get("metadata") or {}})
            output.update(data=new["data"], metadata=new["metadata"])

    def _print(self, name: str, text: str) -> None:
        room = self._most - self._printed
        self._printed += len(text)
        if room > 0:
            if not self._pieces or self.list[-1].get("name") != name:
                self.join()
                self._append({"output_type": "stream", "name": name, "text": ""})
            self._pieces.append(text[:room])
        if room < len(text):
            self._hold(name, text[max(room, 0) :])

    def _hold(self, name: str, text: str) -> None:
        """Hold text back beyond the limit, and of that the last."""
        self._last.append((name, text))
        self._held += len(text)
        while self._held > self._most:
            oldest, old = self._last.popleft()
            over = min(self._held - self._most, len(old))
            self._held -= over
            self._dropped += over
            if over < len(old):
                self._last.appendleft((oldest, old[over:]))

    def _notice(self) -> str:
        return f"[nbpeer: {self._dropped:,} characters that this cell printed here are not kept]\n"

    def join(self) -> None:
        """Put the text that came so far into its output."""
        if self._pieces:
            self.list[-1]["text"] += "".join(self._pieces)
            self._pieces = []

    def _append(self, output: dict[str, Any]) -> Any:
        made = self._make(output)
        self.list.append(made)
        return made

    def _clear(self) -> None:
        del self.list[:]
        self._clear_next = False
        self._forget_text()

    def _forget_text(self) -> None:
        self._pieces = []
        self._last: deque[tuple[str, str]] = deque()
        self._printed = self._held = self._dropped = 0


def _display_id(content: dict[str, Any]) -> str:
    return str((content.get("transient") or {}).get("display_id") or "")
