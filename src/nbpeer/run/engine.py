"""The entry point `papermill.engine`, for people who know only papermill: `papermill --engine nbpeer IN OUT`.

papermill imports this module while it is itself being imported, so nothing of papermill stands at the top.
"""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbpeer.run.forked import ForkedClient
    from nbpeer.run.saving import SavingRecord

# What papermill itself passes. Whatever else a caller passes is for nbclient, and so for a plain kernel.
_OURS = {"input_path", "output_path", "progress_bar", "autosave_cell_every"}
_BOTH = {*_OURS, "start_timeout", "execution_timeout", "log_output", "stdout_file", "stderr_file"}


class NbpeerEngine:
    """What papermill asks of an engine, by name: the kernel is forked where that is possible, the file saved now and
    then instead of after every cell, and a cell's status says what happened to it."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Execute the notebook in place and return it. The options are those of papermill's own engine.

        Raises what papermill's engine raises: DeadKernelError, CellTimeoutError, NoSuchKernel. A failed cell raises
        nothing; papermill finds it in the outputs.
        """
        from nbpeer.run.saving import SavingRecord

        kept = ("output_path", "progress_bar", "log_output", "autosave_cell_every")
        record = SavingRecord(nb, **{key: options[key] for key in kept if key in options})
        record.notebook_start()
        try:
            if not _run_forked(record, kernel_name, options):
                _run_plain(record, kernel_name, options)
        finally:
            record.cleanup_pbar()
        return record.nb

    @staticmethod
    def nb_kernel_name(nb: Any, name: str | None = None) -> str:
        """The kernel to use. Raises ValueError when neither the notebook nor `name` says."""
        from papermill.utils import nb_kernel_name

        return str(nb_kernel_name(nb, name))

    @staticmethod
    def nb_language(nb: Any, language: str | None = None) -> str:
        """The notebook's language. Raises ValueError when neither the notebook nor `language` says."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))


def _run_plain(record: SavingRecord, kernel_name: str, options: dict[str, Any]) -> None:
    from papermill.log import logger

    from nbpeer.run.client import NbpeerClient

    renamed = {"start_timeout": "startup_timeout", "execution_timeout": "timeout"}
    passed = {renamed.get(key, key): value for key, value in options.items() if key not in _OURS}
    client = NbpeerClient(record, kernel_name=kernel_name, **{"log": logger, **passed})
    try:
        client.execute()
    except BaseException:
        if client.started:
            record.notebook_complete()
            record.save_at_last()
        raise
    record.notebook_complete()


def _run_forked(record: SavingRecord, kernel_name: str, options: dict[str, Any]) -> bool:
    """Execute in a forked kernel; False when there is none to be had, and nothing was executed."""
    from nbformat import from_dict

    from nbpeer.run.forked import ForkedClient
    from nbpeer.run.forks import CannotForkError
    from nbpeer.run.kernels import Kernel, spec_of
    from nbpeer.run.pool import Pool, Wanted, forkable

    logs = options.get("log_output") or options.get("stdout_file") or options.get("stderr_file")
    spec = spec_of(Kernel(kernel_name, ""))
    if logs or options.keys() - _BOTH or spec is None or not forkable(spec):
        return False
    wanted = Wanted(spec, frozenset())
    with closing(Pool([wanted])) as pool:
        try:
            fork = pool.fork(wanted, os.getcwd())  # noqa: PTH109 - as papermill does
            client = ForkedClient(record, fork, options.get("execution_timeout"), from_dict)
        except CannotForkError:
            return False
        _finish(client, record)
    return True


def _finish(client: ForkedClient, record: SavingRecord) -> None:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    try:
        client.run()
        record.notebook_complete()
        failure = client.failure
        if failure and failure.ename == "DeadKernelError":
            raise DeadKernelError("Kernel died")
        if failure and failure.ename == "TimeoutError" and not client.nb.cells[failure.cell].outputs[-1].traceback:
            cell = client.nb.cells[failure.cell]
            raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", client.timeout, cell)
    except BaseException:
        record.notebook_complete()
        record.save_at_last()
        raise
