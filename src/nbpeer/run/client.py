"""papermill's client with true statuses: what happened to each cell, whatever ended the run."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from queue import Empty
from typing import Any

import zmq
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.util import run_sync
from nbformat import from_dict
from nbformat.v4 import output_from_msg
from papermill.clientwrap import PapermillNotebookClient

from nbpeer.run import failure as failures
from nbpeer.run.failure import Failure, KernelNotStartedError
from nbpeer.run.outputs import Outputs

# Seconds. nbclient looks once a second whether the kernel lives, and gives the outputs 4 s to arrive after a cell.
_ALIVE_EVERY = 0.1
_LAST_WORDS = 0.3
_OUTPUTS_ARRIVE = 600
_ANSWER_ARRIVES = 30

_LOGGED = ("stream", "display_data", "execute_result", "error")


class NbpeerClient(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client that tells the truth about a run: see `failure` and the cells' `metadata.papermill.status`."""

    def __init__(self, record: Any, **options: Any) -> None:
        super().__init__(record, iopub_timeout=_OUTPUTS_ARRIVE, **options)
        self._outputs = Outputs(from_dict)
        if hasattr(record, "before_save"):
            record.before_save = self._outputs.join
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

    def run(self, before: Callable[[Any], None] | None = None, after: Callable[[Any], Any] | None = None) -> Any:
        """Like `execute`, but a kernel that dies and a cell that takes too long are told by `failure` only."""
        try:
            return self.execute(before, after)
        except NoSuchKernel as error:
            raise KernelNotStartedError(str(error)) from error
        except (DeadKernelError, CellTimeoutError):
            return self.nb

    def execute(
        self,
        before: Callable[[Any], None] | None = None,
        after: Callable[[Any], Any] | None = None,
    ) -> Any:
        """Run every cell and return the notebook.

        `before` is called when the kernel is ready, `after` when every cell completed, and `seen` is what it returned.
        A cell that raises, or leaves by `sys.exit`, ends the run without an exception. Raises KernelNotStartedError,
        jupyter_client's NoSuchKernel, and, once the notebook says in which cell, DeadKernelError, CellTimeoutError
        and KeyboardInterrupt.
        """
        if self.stopped:
            return self.nb
        self.reset_execution_trackers()
        with tempfile.TemporaryFile() as said, ExitStack() as kernel:
            kernel.callback(self._kill_children)
            self._start(kernel, said)
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
                self._fail(failures.raised(index, cell.outputs, error.ename, error.evalue))
                return
            except BaseException as error:
                self.shutdown_kernel = "immediate"
                failure = self._explain(index, error)
                if cell.cell_type == "code":
                    self._outputs_of(cell).add_error(failure.ename, failure.evalue)
                self._fail(failure)
                if isinstance(error, KeyboardInterrupt):
                    _cancel_what_waits()
                raise
            finally:
                self._outputs.settle()
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

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Take a message of the cell under way."""
        self._outputs_of(cell)
        return super().process_message(msg, cell, cell_index)

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Add an output to the cell, or to an Output widget; returns what papermill is to log."""
        if self.output_hook_stack[msg["parent_header"].get("msg_id")]:
            return super().output(outs, msg, display_id, cell_index)
        self._outputs.take(msg["msg_type"], msg["content"])
        logs = self.log_output or self.stdout_file or self.stderr_file
        return output_from_msg(msg) if logs and msg["msg_type"] in _LOGGED else None

    def clear_output(self, outs: list[Any], msg: dict[str, Any], cell_index: int) -> None:
        """Clear the cell's outputs, or those of an Output widget."""
        if self.output_hook_stack[msg["parent_header"].get("msg_id")]:
            super().clear_output(outs, msg, cell_index)
        else:
            self._outputs.take("clear_output", msg["content"])

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        if msg["msg_type"] == "update_display_data":
            self._outputs.take("update_display_data", msg["content"])

    def _outputs_of(self, cell: Any) -> Outputs:
        outputs = cell.setdefault("outputs", [])  # nbclient gives a cell a new list when it starts
        if outputs is not self._outputs.list:
            self._outputs.begin(outputs)
        return self._outputs

    def _start(self, kernel: ExitStack, said: Any) -> None:
        try:
            kernel.enter_context(self.setup_kernel(stdout=said, stderr=said))
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
                # Output widgets send past asyncio, which can swallow the signal that the cell's reply is there: then
                # nothing would ever end the wait. To ask a socket for its events makes it look.
                self.kc.shell_channel.socket.get(zmq.EVENTS)
                await self._async_check_alive()
        except DeadKernelError:
            await asyncio.sleep(_LAST_WORDS)
            self.task_poll_for_reply.cancel()

    def _heed_exit(self, cell: Any, cell_index: int, execute_reply: dict[str, Any]) -> None:
        """`exit()` in a cell of IPython asks for the end of the kernel instead of raising SystemExit."""
        payload = execute_reply["content"].get("payload") or []
        if any(item.get("source") == "ask_exit" for item in payload):
            self._outputs_of(cell).add_error("SystemExit", "")
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
        if self.stopped or isinstance(error, KeyboardInterrupt):
            return failures.interrupted(index)
        if isinstance(error, CellTimeoutError):
            return failures.too_long(index, self.timeout)
        if isinstance(error, DeadKernelError):
            process = getattr(getattr(self.km, "provisioner", None), "process", None)
            return failures.died(index, process.poll() if process is not None else None)
        return Failure(index, type(error).__name__, str(error))


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
