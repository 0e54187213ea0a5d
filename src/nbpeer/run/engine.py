"""The entry point `papermill.engine`, for people who know only papermill: `papermill --engine nbpeer IN OUT`.

papermill imports this module while it is itself being imported, so nothing of papermill stands at the top.
"""

from __future__ import annotations

from typing import Any


class NbpeerEngine:
    """What papermill asks of an engine, by name: the file is saved now and then instead of after every cell, and a
    cell's status says what happened to it."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Execute the notebook in place and return it. The options are those of papermill's own engine.

        Raises what papermill's engine raises: DeadKernelError, CellTimeoutError, NoSuchKernel. A failed cell raises
        nothing; papermill finds it in the outputs.
        """
        from nbpeer.run.client import NbpeerClient, RunRecord

        kept = ("output_path", "progress_bar", "log_output", "autosave_cell_every")
        record = RunRecord(nb, **{key: options[key] for key in kept if key in options})
        client = NbpeerClient(record, kernel_name=kernel_name, **_client_options(options))
        record.notebook_start()
        try:
            client.execute()
        finally:
            record.cleanup_pbar()
            if client.started:
                record.notebook_complete()
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


def _client_options(options: dict[str, Any]) -> dict[str, Any]:
    """papermill's names for an engine's options as nbclient's."""
    from papermill.log import logger

    renamed = {"start_timeout": "startup_timeout", "execution_timeout": "timeout"}
    ours = {"input_path", "output_path", "progress_bar", "autosave_cell_every"}
    passed = {renamed.get(key, key): value for key, value in options.items() if key not in ours}
    return {"log": logger, **passed}
