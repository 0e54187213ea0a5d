"""Fork servers for the notebooks of one command: a tree of them for each kernel, so that a notebook is forked from one
that has imported only what the notebook itself imports."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from string import Template
from threading import Lock
from typing import NamedTuple

from nbpeer.run.forks import CannotForkError, Fork, ForkServer, RefusedError, start_server
from nbpeer.run.kernels import Spec

OUR_PROVISIONER = "nbpeer-forked"
_LAUNCHER = ("-m", "ipykernel_launcher", "-f", "{connection_file}")
_HISTORY = "--HistoryManager.hist_file=:memory:"  # nbclient's as well
_ENOUGH = 2  # notebooks that import a module, for it to be imported before


class Wanted(NamedTuple):
    """A notebook to be forked: its kernelspec, the modules it surely imports."""

    spec: Spec
    imports: frozenset[str]


class Pool:
    """The fork servers of one command. Ask from any thread; `close` ends them and all they forked."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._trees: dict[tuple[str, ...], _Tree] = {}
        counted = Counter((_key(one.spec), name) for one in wanted for name in one.imports)
        for one in wanted:
            key = _key(one.spec)
            if key not in self._trees and forkable(one.spec):
                often = {name: number for (of, name), number in counted.items() if of == key and number >= _ENOUGH}
                self._trees[key] = _Tree(one.spec, often)

    def fork(self, wanted: Wanted, folder: str) -> Fork:
        """A shell for a notebook. Raises CannotForkError, with the reason, when there is none to be had."""
        if not forkable(wanted.spec):
            raise CannotForkError("its kernel is not ipykernel's as it is installed")
        tree = self._trees.get(_key(wanted.spec))
        if tree is None:
            raise CannotForkError("no fork server was started for it")
        return tree.server(wanted.imports).fork_shell(folder, shell_argv())

    def stop_waiting(self) -> None:
        """Whoever waits for a fork server to start gets CannotForkError; from any thread."""
        for tree in self._trees.values():
            tree.stop_waiting()

    def close(self) -> None:
        """End all."""
        for tree in self._trees.values():
            tree.close()


def forkable(spec: Spec) -> bool:
    """Whether a kernelspec starts ipykernel in the usual way, with no option but Python's own -X."""
    options = spec.argv[1 : -len(_LAUNCHER)]
    usual = spec.argv[-len(_LAUNCHER) :] == _LAUNCHER and all(option.startswith("-X") for option in options)
    return usual and spec.provisioner in ("", OUR_PROVISIONER) and sys.platform.startswith("linux")


def python_command(spec: Spec) -> list[str]:
    """The Python of a forkable kernelspec and its options, as jupyter_client finds it."""
    own = {"python", f"python{sys.version_info[0]}", f"python{sys.version_info[0]}.{sys.version_info[1]}"}
    python = sys.executable if spec.argv[0] in own else spec.argv[0]
    return [python, *spec.argv[1 : -len(_LAUNCHER)]]


def environment_of(spec: Spec, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment jupyter_client would start the kernel with."""
    added = {name: Template(value).safe_substitute(environment) for name, value in spec.env.items()}
    found = {**environment, **added, "JPY_PARENT_PID": str(os.getpid())}
    found.pop("PYTHONEXECUTABLE", None)
    return found


def shell_argv() -> list[str]:
    """What `sys.argv` is in a kernel. No connection file is there, since nobody connects."""
    nowhere = f"{tempfile.gettempdir()}/kernel-{secrets.token_hex(4)}.json"
    return ["ipykernel_launcher.py", "-f", nowhere, _HISTORY]


def _key(spec: Spec) -> tuple[str, ...]:
    return (*spec.argv, *(f"{name}={value}" for name, value in sorted(spec.env.items())))


class _Tree:
    """The servers of one kernel. Names are imported in the order of how many notebooks import them, so that what all
    share is imported once."""

    def __init__(self, spec: Spec, often: Mapping[str, int]) -> None:
        self._lock = Lock()
        self._often = dict(often)
        self._grown: dict[tuple[str, ...], ForkServer] = {}
        self._awaited: ForkServer | None = None
        self._broken = ""
        self._ready = self._growing = False
        try:
            self._grown[()] = start_server(python_command(spec), environment_of(spec, os.environ))
        except CannotForkError as error:
            self._broken = str(error)

    def server(self, imports: frozenset[str]) -> ForkServer:
        """The server to fork from: the one that imported most of these, but nothing else. While one is growing, nobody
        waits for it. Raises CannotForkError when this kernel's server does not start."""
        with self._lock:
            self._wait_for_root()
            wanted = self._order(imports)
            ready = self._readiest(wanted)
            if ready == wanted or self._growing:
                return self._grown[ready]
            self._growing = True
        try:
            return self._grow(imports)
        finally:
            with self._lock:
                self._growing = False

    def close(self) -> None:
        """End the servers, the first one last."""
        for server in reversed(self._grown.values()):
            server.close()

    def stop_waiting(self) -> None:
        """Whoever waits for a server gets CannotForkError; from any thread."""
        awaited = self._awaited
        if awaited:
            awaited.give_up()

    def _wait_for_root(self) -> None:
        if not self._ready and not self._broken:
            try:
                self._wait_for(self._grown[()])
            except CannotForkError as error:
                self._broken = str(error)
            self._ready = True
        if self._broken:
            raise CannotForkError(self._broken)

    def _wait_for(self, server: ForkServer) -> None:
        self._awaited = server
        try:
            server.wait_until_ready()
        finally:
            self._awaited = None

    def _order(self, imports: frozenset[str]) -> tuple[str, ...]:
        return tuple(sorted(imports & self._often.keys(), key=lambda name: (-self._often[name], name)))

    def _readiest(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return next(names[:length] for length in range(len(names), -1, -1) if names[:length] in self._grown)

    def _grow(self, imports: frozenset[str]) -> ForkServer:
        """A server that imported all of these that can be imported beforehand. One thread at a time grows."""
        while True:
            names = self._order(imports)
            ready = self._readiest(names)
            if ready == names:
                return self._grown[ready]
            more = self._grown[ready].grow(names[len(ready) :])
            try:
                self._wait_for(more)
            except CannotForkError as error:
                more.close()
                # One of these ended a process when it is not said which it was. Nobody's notebook gets it beforehand.
                spoiled = {error.name} if isinstance(error, RefusedError) else set(names[len(ready) :])
                with self._lock:
                    self._often = {name: number for name, number in self._often.items() if name not in spoiled}
                continue
            with self._lock:
                self._grown[names] = more
