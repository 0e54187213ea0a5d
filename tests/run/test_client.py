"""What a run waits for arrives, whatever else is sent meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import zmq

import making
from nbpeer.model.notebook import parse_notebook
from nbpeer.run.client import NbpeerClient
from nbpeer.run.execute import Job, execute
from nbpeer.run.kernels import Kernel
from nbpeer.run.stop import Stop


def test_a_message_sent_while_a_cells_reply_comes_in_does_not_lose_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an Output widget sends one: on the socket itself, which asyncio then does not hear of again."""
    taken = NbpeerClient.process_message

    def slowly(self: NbpeerClient, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        if msg["msg_type"] == "stream":
            # Until the reply is there; on a busy machine it may have come, and been taken, before the output.
            zmq.Socket.shadow(self.kc.shell_channel.socket.underlying).poll(2_000)
            self.kc.shell_channel.send(self.kc.session.msg("comm_info_request", {}))
        return taken(self, msg, cell, cell_index)

    monkeypatch.setattr(NbpeerClient, "process_message", slowly)
    notebook = parse_notebook(making.text(making.notebook(making.code("print(1)"), header=None)), "n.ipynb")
    job = Job(tmp_path, notebook, "out.ipynb", {}, Kernel("python3", "python"), tmp_path, engine="plain")
    stop = Stop()
    patience = threading.Timer(20, stop.say)
    patience.start()
    ended = execute(job, lambda step: None, stop)
    patience.cancel()
    assert (ended.status, stop.said) == ("completed", False)
