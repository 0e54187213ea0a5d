"""Executes a notebook in a forked shell: no ports, no ZeroMQ, one process that shared its imports with others."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Any

from nbpeer.run import failure as failures
from nbpeer.run.channel import Channel, ClosedError, Message
from nbpeer.run.failure import Failure
from nbpeer.run.forks import CannotForkError, Fork
from nbpeer.run.outputs import Outputs
from nbpeer.run.record import Record
from nbpeer.run.widgets import Widgets

if TYPE_CHECKING:
    from nbpeer.run.saving import SavingRecord

_STARTS_WITHIN = 60.0  # seconds
_ANSWERS_WITHIN = 30.0
_ENDS_WITHIN = 5.0  # what jupyter_client gives a kernel as well
_LEAVES_WITHIN = 0.5


class ForkedClient:
    """Runs the cells of a notebook in a shell that was forked for it; see `failure` for what ended the run.

    Raises CannotForkError when the shell does not start: nothing was executed then.
    """

    def __init__(
        self, record: Record | SavingRecord, fork: Fork, timeout: float | None, make: Callable[[Any], Any] = dict
    ) -> None:
        assert fork.channel is not None  # noqa: S101 - shells have one
        self.nb = record.nb
        self.failure: Failure | None = None
        self.seen: Any = None
        self.stopped = False
        self.timeout = timeout
        self._record = record
        self._fork = fork
        self._channel = Channel(fork.channel, fork.status)
        self._numbers = count(1)
        self._executed = 0
        self._outputs = Outputs(make)
        record.before_save = self._outputs.join
        self._widgets = Widgets(self._say)
        try:
            self._wait_until_ready()
        except (ClosedError, TimeoutError):
            self.close()
            raise CannotForkError("the forked kernel does not start") from None
        except CannotForkError:
            self.close()
            raise

    def run(self, before: Callable[[Any], None] | None = None, after: Callable[[Any], Any] | None = None) -> Any:
        """Run every cell and return the notebook; whatever ends the run is in `failure`, KeyboardInterrupt is raised.

        `before` is called first, `after` when every cell completed, and `seen` is what it returned.
        """
        try:
            if before:
                before(self)
            for index, cell in enumerate(self.nb["cells"]):
                if self.stopped or not self._cell(index, cell):
                    break
            if widgets := self._widgets.metadata():
                self.nb["metadata"]["widgets"] = widgets
            if after and self.failure is None and not self.stopped:
                self.seen = after(self)
        finally:
            self.close()
        return self.nb

    def stop(self) -> None:
        """End the run from another thread: the kernel is killed, the cell under way fails with KeyboardInterrupt."""
        self.stopped = True
        self._fork.kill()

    def ask(self, code: str, expression: str) -> str | None:
        """Run `code` silently in the kernel and return the text of `expression`; None when it gives no answer."""
        try:
            number = self._request(code, silent=True, expressions={"answer": expression})
            deadline = monotonic() + _ANSWERS_WITHIN
            while (message := self._channel.receive(deadline))[:2] != ("execute_reply", number):
                continue
        except (ClosedError, TimeoutError):
            return None
        answer = message.content.get("user_expressions", {}).get("answer", {})
        text = answer.get("data", {}).get("text/plain") if answer.get("status") == "ok" else None
        return text if isinstance(text, str) else None

    def close(self) -> None:
        """End the kernel, by itself when it does, and all it started."""
        self._channel.close()
        if self._fork.exit_code(_LEAVES_WITHIN if self.failure else _ENDS_WITHIN) is None:
            self._fork.kill()
            self._fork.exit_code(_ENDS_WITHIN)
        os.close(self._fork.status)

    def _wait_until_ready(self) -> None:
        message = self._channel.receive(monotonic() + _STARTS_WITHIN)
        if message.kind != "ready":
            lines = str(message.content.get("why", "")).strip().splitlines()
            raise CannotForkError(lines[-1] if lines else "the forked kernel does not start")
        self.nb["metadata"]["language_info"] = message.content["language_info"]

    def _cell(self, index: int, cell: Any) -> bool:
        """Run one cell; whether the next may follow."""
        self._record.cell_start(cell, index)
        self._outputs.begin(cell.setdefault("outputs", []) if cell["cell_type"] == "code" else [])
        try:
            tags = cell["metadata"].get("tags", ())
            if cell["cell_type"] == "code" and cell["source"].strip() and "skip-execution" not in tags:
                self.failure = self._run(index, cell)
        except BaseException as error:
            self.failure = self._explain(index, error)
            self._outputs.add_error(self.failure.ename, self.failure.evalue)
            if not isinstance(error, (ClosedError, TimeoutError)):
                raise
        finally:
            self._outputs.settle()
            if self.failure:
                self._record.cell_exception(cell, index)
            self._record.cell_complete(cell, index)
        return self.failure is None

    def _run(self, index: int, cell: Any) -> Failure | None:
        self._executed += 1
        cell["execution_count"] = self._executed
        deadline = monotonic() + self.timeout if self.timeout else None
        began = _now()
        number = self._request(cell["source"])
        while (message := self._channel.receive(deadline))[:2] != ("execute_reply", number):
            self._take(message)
            self._record.autosave_cell()
        reply = message.content
        self._executed = cell["execution_count"] = reply.get("execution_count", self._executed)
        ended = _now()
        cell["metadata"]["execution"] = {
            "iopub.status.busy": began,
            "iopub.execute_input": began,
            "shell.execute_reply": ended,
            "iopub.status.idle": ended,
        }
        if any(item.get("source") == "ask_exit" for item in reply.get("payload") or ()):
            self._outputs.add_error("SystemExit", "")
            return failures.left(index)
        if reply["status"] == "error" and "raises-exception" not in cell["metadata"].get("tags", ()):
            return failures.raised(index, cell["outputs"], reply["ename"], reply["evalue"])
        return None

    def _take(self, message: Message) -> None:
        kind, request, content, buffers = message
        if kind.startswith("comm_"):
            self._widgets.take(kind, content, buffers)
        elif not self._widgets.caught(request, kind, content):
            self._outputs.take(kind, content)

    def _request(self, code: str, **options: Any) -> str:
        number = str(next(self._numbers))
        self._channel.ask({"id": number, "code": code, **options})
        return number

    def _say(self, content: dict[str, Any]) -> None:
        self._channel.ask({"id": str(next(self._numbers)), "comm": "comm_msg", "content": content})

    def _explain(self, index: int, error: BaseException) -> Failure:
        if self.stopped or isinstance(error, KeyboardInterrupt):
            found = failures.interrupted(index)
        elif isinstance(error, TimeoutError):
            found = failures.too_long(index, self.timeout)
        elif isinstance(error, ClosedError):
            return failures.died(index, self._fork.exit_code(_LEAVES_WITHIN))
        else:
            found = Failure(index, type(error).__name__, str(error))
        self._fork.kill()
        return found


def _now() -> str:
    return datetime.now(UTC).isoformat()
