"""papermill's client with true statuses: what happened to each cell, whatever ended the run."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from queue import Empty
from typing import Any, NamedTuple

import zmq
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.util import run_sync
from nbformat.v4 import new_output, output_from_msg
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NotebookExecutionManager

# Seconds. nbclient looks once a second whether the kernel lives, and gives the outputs 4 s to arrive after a cell.
_ALIVE_EVERY = 0.1
_LAST_WORDS = 0.3
_OUTPUTS_ARRIVE = 600
_ANSWER_ARRIVES = 30

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Failure(NamedTuple):
    """What ended a run: the cell, counted from 0 in the executed notebook, the exception, its traceback uncoloured."""

    cell: int
    ename: str
    evalue: str
    traceback: str = ""


class KernelNotStartedError(Exception):
    """A kernel that is installed and did not start; the text is the last thing it said."""


class RunRecord(NotebookExecutionManager):  # type: ignore[misc]
    """papermill's record of a run that saves every `autosave_cell_every` seconds and at the end.

    papermill saves twice per cell, which costs most of the time of a notebook with many cells, and in the end calls
    cells completed that never ran. `on_cell` gets a cell's index, and its seconds once it is done.
    """

    def __init__(self, nb: Any, on_cell: Callable[[int, float | None], None] | None = None, **options: Any) -> None:
        super().__init__(nb, **options)
        self._on_cell = on_cell

    def save(self, **kwargs: Any) -> None:
        """Save when the last save is long enough ago; `autosave_cell_every` 0 waits for the end."""
        if self.autosave_cell_every and self._seconds_since(self.last_save_time) >= self.autosave_cell_every:
            super().save(**kwargs)

    def cell_start(self, cell: Any, cell_index: int, **kwargs: Any) -> None:
        """Note that a cell is under way."""
        super().cell_start(cell, cell_index, **kwargs)
        if self._on_cell:
            self._on_cell(cell_index, None)

    def cell_complete(self, cell: Any, cell_index: int, **kwargs: Any) -> None:
        """Note that a cell is done, well or not."""
        super().cell_complete(cell, cell_index=cell_index, **kwargs)
        if self._on_cell:
            self._on_cell(cell_index, cell.metadata.papermill["duration"])

    def notebook_complete(self, **kwargs: Any) -> None:
        """Note when the run ended, and save. What is pending stays pending."""
        self.end_time = self.now()
        self.nb.metadata.papermill["end_time"] = self.end_time.isoformat()
        self.nb.metadata.papermill["duration"] = self._seconds_since(self.start_time)
        if not self.nb.metadata.papermill["exception"]:
            self.complete_pbar()
        self.cleanup_pbar()
        super().save()

    def _seconds_since(self, time: Any) -> float:
        return float((self.now() - time).total_seconds())


class NbpeerClient(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client that tells the truth about a run: see `failure` and the cells' `metadata.papermill.status`."""

    def __init__(self, record: RunRecord, **options: Any) -> None:
        super().__init__(record, iopub_timeout=_OUTPUTS_ARRIVE, **options)
        self.on_cell_executed = self._heed_exit
        self.started = False
        self.failure: Failure | None = None
        self.seen: Any = None
        self.stopped = False
        self._group: int | None = None

    def create_kernel_manager(self) -> Any:
        """A manager whose client drops no output, however fast it comes, and that encrypts what kernels can."""
        manager = super().create_kernel_manager()
        manager.context.setsockopt(zmq.RCVHWM, 0)
        if "transport_encryption" in manager.trait_names() and zmq.has("curve"):
            manager.transport_encryption = "auto"
        return manager

    def execute(
        self,
        before: Callable[[NbpeerClient], None] | None = None,
        after: Callable[[NbpeerClient], Any] | None = None,
        **start: Any,
    ) -> Any:
        """Run every cell and return the notebook; `start` goes to the kernel manager (`cwd`).

        `before` is called when the kernel is ready, `after` when every cell completed, and `seen` is what it returned.
        A cell that raises, or leaves by `sys.exit`, ends the run without an exception. Raises KernelNotStartedError,
        jupyter_client's NoSuchKernel, and, once the notebook says in which cell, DeadKernelError, CellTimeoutError
        and KeyboardInterrupt.
        """
        self.reset_execution_trackers()
        with tempfile.TemporaryFile() as said, ExitStack() as kernel:
            kernel.callback(self._kill_children)
            self._start(kernel, said, start)
            if before:
                before(self)
            self.papermill_execute_cells()
            self.set_widgets_metadata()
            if after and self.failure is None:
                self.seen = after(self)
        return self.nb

    def papermill_execute_cells(self) -> None:
        """Run the cells in order until one fails; the rest stay pending."""
        for index, cell in enumerate(self.nb.cells):
            if self.stopped:
                return
            self.nb_man.cell_start(cell, index)
            try:
                self.execute_cell(cell, index)
            except CellExecutionError as error:
                traceback = "\n".join(line for out in cell.outputs for line in out.get("traceback", []))
                self._fail(Failure(index, error.ename, error.evalue, _ANSI.sub("", traceback)))
                return
            except BaseException as error:
                self.shutdown_kernel = "immediate"
                failure = self._explain(index, error)
                cell.setdefault("outputs", []).append(_error_output(failure))
                self._fail(failure)
                if isinstance(error, KeyboardInterrupt):
                    _cancel_what_waits()
                raise
            finally:
                self.nb_man.cell_complete(self.nb.cells[index], index)

    def stop(self) -> None:
        """End the run from another thread: the kernel is killed, the cell under way fails with KeyboardInterrupt."""
        self.stopped = True
        process = getattr(getattr(self.km, "provisioner", None), "process", None)
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()

    def ask(self, code: str, expression: str) -> str | None:
        """Run `code` silently in the kernel and return the text of `expression`; None when it gives no answer."""
        try:
            reply = run_sync(self._ask)(code, expression)
        except (TimeoutError, Empty, RuntimeError):
            return None
        answer = reply["content"].get("user_expressions", {}).get("answer", {})
        text = answer.get("data", {}).get("text/plain") if answer.get("status") == "ok" else None
        return text if isinstance(text, str) else None

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Add an output to the cell; text that follows text of the same stream goes on there, as JupyterLab does."""
        last = outs[-1] if outs else {}
        follows = (
            msg["msg_type"] == "stream"
            and last.get("output_type") == "stream"
            and last["name"] == msg["content"]["name"]
            and not self.clear_before_next_output
            and not self.output_hook_stack[msg["parent_header"].get("msg_id")]
        )
        if not follows:
            return super().output(outs, msg, display_id, cell_index)
        last["text"] += msg["content"]["text"]
        return output_from_msg(msg)

    def _start(self, kernel: ExitStack, said: Any, start: dict[str, Any]) -> None:
        try:
            kernel.enter_context(self.setup_kernel(stdout=said, stderr=said, **start))
        except BaseException as error:
            self.shutdown_kernel = "immediate"
            _cancel_what_waits()
            if self.km is not None:
                self._cleanup_kernel()
            if isinstance(error, OSError | RuntimeError):
                raise KernelNotStartedError(_last_line(said) or str(error)) from error
            raise
        self.started = True
        self._group = getattr(self.km.provisioner, "pgid", None)
        try:
            info = run_sync(self._ask_language)()["content"]
        except (TimeoutError, Empty) as error:
            raise KernelNotStartedError("it does not say what it is") from error
        self.nb.metadata["language_info"] = info.get("language_info", {})

    async def _ask(self, code: str, expression: str) -> Any:
        return await self.kc.execute(
            code,
            silent=True,
            store_history=False,
            allow_stdin=False,
            user_expressions={"answer": expression},
            reply=True,
            timeout=_ANSWER_ARRIVES,
        )

    async def _ask_language(self) -> Any:
        return await self.kc.kernel_info(reply=True, timeout=_ANSWER_ARRIVES)

    async def _async_poll_kernel_alive(self) -> None:
        try:
            while True:
                await asyncio.sleep(_ALIVE_EVERY)
                await self._async_check_alive()
        except DeadKernelError:
            await asyncio.sleep(_LAST_WORDS)
            self.task_poll_for_reply.cancel()

    def _heed_exit(self, cell: Any, cell_index: int, execute_reply: dict[str, Any]) -> None:
        """`exit()` in a cell of IPython asks for the end of the kernel instead of raising SystemExit."""
        payload = execute_reply["content"].get("payload") or []
        if any(item.get("source") == "ask_exit" for item in payload):
            cell.outputs.append(_error_output(Failure(cell_index, "SystemExit", "")))
            raise CellExecutionError("", "SystemExit", "")

    def _kill_children(self) -> None:
        """What the notebook left running in the background ends with its kernel, however that ended."""
        if self._group:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._group, signal.SIGKILL)

    def _fail(self, failure: Failure) -> None:
        self.failure = failure
        self.nb_man.cell_exception(self.nb.cells[failure.cell], cell_index=failure.cell)

    def _explain(self, index: int, error: BaseException) -> Failure:
        if self.stopped:
            return Failure(index, "KeyboardInterrupt", "the run was interrupted")
        if isinstance(error, CellTimeoutError):
            return Failure(index, "TimeoutError", f"the cell took longer than {self.timeout} s")
        if isinstance(error, DeadKernelError):
            return Failure(index, "DeadKernelError", f"the kernel {_death(self.km)}")
        return Failure(index, type(error).__name__, str(error) or "the run was interrupted")


def _death(manager: Any) -> str:
    """How a kernel ended, from its process's exit code."""
    process = getattr(getattr(manager, "provisioner", None), "process", None)
    code = process.poll() if process is not None else None
    if code == -9:
        return "was killed (signal 9; often the machine ran out of memory)"
    return "died" + (f" (signal {-code})" if code and code < 0 else f" (exit code {code})" if code is not None else "")


def _error_output(failure: Failure) -> Any:
    return new_output("error", ename=failure.ename, evalue=failure.evalue, traceback=[])


def _last_line(said: Any) -> str:
    said.seek(0)
    lines = said.read().decode("utf-8", "replace").strip().splitlines()
    return str(lines[-1].strip()) if lines else ""


def close_loop() -> None:
    """Close the event loop that jupyter_client made for this thread, before the thread ends."""
    from jupyter_core.utils import ensure_event_loop

    _cancel_what_waits()
    ensure_event_loop().close()


def _cancel_what_waits() -> None:
    """Ctrl-C leaves the cell's tasks waiting on the event loop; asyncio would complain about them at exit."""
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    if waiting:
        loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
