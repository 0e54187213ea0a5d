"""Runs inside a Python kernel: sees which files the notebook opens, and knows which packages it loaded.

Its text is sent to the kernel, whose environment may lack nbpeer and be an older Python: standard library only. It
lives in a module of its own there and leaves no name in the notebook's.
"""
# ruff: noqa: PTH100, PTH109, PTH111, PTH118, PTH119, PTH120, PTH123, PTH206, PTH208
# because what runs at every open has to be cheap.

from __future__ import annotations

import json
import os
import re
import sys

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Python's own code is known by its packages; modules of the repository are added by `_modules`.
_CODE = (".py", ".pyc", ".so", ".pyd")
_HERE = ("127.", "localhost", "::1")
_SYSTEM = ("/bin/", "/dev/", "/etc/", "/lib", "/proc/", "/run/", "/sbin/", "/sys/", "/usr/", "/var/lib/")

# What Python, Jupyter and plots keep at home.
_SETTINGS = (
    ".cache/fontconfig/", ".cache/matplotlib/", ".config/matplotlib/", ".fonts/", ".ipython/", ".jupyter/", ".local/",
)  # fmt: skip

# Other programs read what this one does not see; these only tell about fonts and the machine.
_PROGRAMS = frozenset("os.exec os.fork os.forkpty os.posix_spawn os.startfile os.system subprocess.Popen".split())
_HARMLESS = {"fc-list", "ldconfig", "lscpu", "nvidia-smi", "uname"}
# Modules that open files or connections in machine code, where no hook hears of it. pandas itself loads pyarrow.
_NATIVE = (
    "pyarrow._csv pyarrow._dataset pyarrow._feather pyarrow._flight pyarrow._fs pyarrow._json pyarrow._orc "
    "pyarrow._parquet polars duckdb h5py tables netCDF4 osgeo rasterio fiona pyogrio cv2 pyreadstat datatable vaex "
    "fastparquet.cencoding lxml.etree torch tensorflow psycopg2 psycopg_c psycopg_binary pyodbc MySQLdb "
    "_mysql_connector cx_Oracle pymssql adbc_driver_manager connectorx turbodbc grpc pycurl curl_cffi "
    "confluent_kafka py4j jpype rpy2 ray"
).split()
# Of these, the ones that other libraries import without reading anything: they count when the team's code names them.
_IF_NAMED = {"polars", "lxml.etree", "torch", "tensorflow", "grpc"}

# What a fork server imported beforehand counts as imported by the notebook: it imports the same.
_known = set(sys.modules) - getattr(sys.modules.get("_nbpeer_preloaded"), "names", set())
_read: set[str] = set()
_written: set[str] = set()
_listed: set[str] = set()
_elsewhere: list[str] = []
_doubts: set[str] = set()
_unseen: set[str] = set()


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        path, _, flags = arguments
        _note(path, isinstance(flags, int) and bool(flags & _WRITES))
    elif event == "sqlite3.connect":
        if not _in_memory(arguments[0]):
            _note(arguments[0], False)
    elif event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not str(address[0]).startswith(_HERE):
            _elsewhere.append(str(address[0]))
        else:
            _doubts.add("it connected to a program on this machine")
    elif event in ("os.listdir", "os.scandir"):
        _note_folder(arguments[0])
    elif event in _PROGRAMS:
        _note_program(arguments[0] if arguments else "")


def _in_memory(database: object) -> bool:
    """Whether SQLite keeps a database in memory (https://sqlite.org/inmemorydb.html)."""
    name = os.fsdecode(database) if isinstance(database, (str, bytes)) else ""
    return name == ":memory:" or (name.startswith("file:") and (":memory:" in name or "mode=memory" in name))


def _note_program(named: object) -> None:
    words = os.fsdecode(named).split() if isinstance(named, (str, bytes)) else []
    name = os.path.basename(words[0]) if words else ""
    if name not in _HARMLESS:
        _unseen.add("it started another process" + (f" ({name})" if name else ""))


def _note_folder(path: object) -> None:
    name = os.fsdecode(path) if isinstance(path, (str, bytes)) else "."
    try:
        _listed.add(os.path.normpath(os.path.join(os.getcwd(), name)))
    except OSError:
        return


def _note(path: object, writes: bool) -> None:
    name = os.fsdecode(path) if isinstance(path, (str, bytes)) else ""
    if not name or name.endswith(_CODE):
        return
    try:
        place = os.path.join(os.getcwd(), name)
    except OSError:
        return
    if writes:
        _written.add(place)
    elif place not in _written:
        _read.add(place)


def report(root: str) -> str:
    """JSON: what `nbpeer.run.inputs.Observed` holds. `read` are files of `root`, relative to it."""
    written = {_named(place, root) for place in _written}
    read = {_named(place, root) for place in _read | _modules()}
    inside = {place for place in read if _inside(place, root)}
    overwritten = inside & written
    unseen = sorted(_unseen) + [f"{name} reads files and addresses unseen" for name in _native(root)]
    return json.dumps(
        {
            "packages": _packages(),
            "read": sorted(os.path.relpath(place, root).replace(os.sep, "/") for place in inside - overwritten),
            "complete": not _elsewhere and not overwritten and not unseen,
            "outside": sorted(
                place for place in read - inside - written if _foreign(place, root) or _hidden(place, root)
            ),
            "written": sorted(place for place in written if _inside(place, root) or _foreign(place, root)),
            "listed": sorted(place for place in _listed if _within(place, root) or _foreign(place, root)),
            "doubts": unseen + sorted(_doubts),
            "places": _places(),
            "executable": sys.executable,
        }
    )


def _named(place: str, root: str) -> str:
    """A file by its own place in the repository, even when that is a symbolic link to elsewhere."""
    named = os.path.normpath(place)
    return named if named.startswith(os.path.join(root, "")) else os.path.realpath(place)


def _inside(place: str, root: str) -> bool:
    """Whether a file of the repository is the team's own: not hidden, and not of an environment kept there."""
    return place != root and _within(place, root)


def _within(place: str, root: str) -> bool:
    """The same for a folder, which may be the whole repository."""
    top = os.path.join(root, "")
    environments = [os.path.join(prefix, "") for prefix in (sys.prefix, os.path.realpath(sys.prefix))]
    inside = os.path.join(place, "").startswith(top)
    if not inside or any(place.startswith(kept) and kept.startswith(top) for kept in environments):
        return False
    if place == root:
        return True
    parts = os.path.relpath(place, root).split(os.sep)
    return not any(part.startswith(".") or part in ("__pycache__", "site-packages") for part in parts)


def _native(root: str) -> list[str]:
    """The libraries that may have read something where no hook hears of it."""
    loaded = [name for name in _NATIVE if name in sys.modules]
    cells = getattr(sys.modules.get("__main__"), "_ih", None)
    if cells is None or _IF_NAMED.isdisjoint(loaded):
        return loaded
    texts = [str(cell) for cell in cells]
    for place in _modules():
        if _inside(place, root):
            try:
                with open(place, encoding="utf-8") as source:
                    texts.append(source.read())
            except (OSError, ValueError):
                return loaded
    words = set(re.findall(r"\w+", " ".join(texts)))
    return [name for name in loaded if name not in _IF_NAMED or name.partition(".")[0] in words]


def _foreign(place: str, root: str) -> bool:
    """Whether a file or folder is neither of the repository, nor of Python and its packages, nor of the system,
    nor what these keep at home."""
    home = os.path.expanduser("~")
    settings = tuple(os.path.join(home, name) for name in _SETTINGS)
    kept = [os.path.join(place, "") for place in (sys.prefix, sys.base_prefix, root, *_places())]
    return not os.path.join(place, "").startswith((*_SYSTEM, *settings, *kept))


def _hidden(place: str, root: str) -> bool:
    """Whether a file of the repository is hidden, and neither git's, nor nbpeer's, nor of an environment."""
    if _inside(place, root) or not place.startswith(os.path.join(root, "")):
        return False
    parts = os.path.relpath(place, root).split(os.sep)
    prefixes = tuple(os.path.join(prefix, "") for prefix in (sys.prefix, os.path.realpath(sys.prefix)))
    kept = {"__pycache__", "site-packages"}.intersection(parts)
    return not kept and parts[0] not in (".git", ".nbpeer") and not place.startswith(prefixes)


def _places() -> list[str]:
    """The folders that packages are installed in, and so are known by name and version."""
    return [place for place in sys.path if place.rstrip(os.sep).endswith(("site-packages", "dist-packages"))]


def _modules() -> set[str]:
    """The files of the modules the notebook loaded; nbpeer itself only publishes."""
    found = set()
    for name, module in list(sys.modules.items()):
        if name not in _known and name.partition(".")[0] != "nbpeer":
            file = getattr(module, "__dict__", {}).get("__file__")
            if isinstance(file, str):
                found.add(os.path.abspath(file))
    return found


def _packages() -> dict[str, str]:
    """Versions of the packages loaded since the kernel was ready, without those the kernel itself needs.

    Read from the folders that installers leave, which takes a few milliseconds; importlib.metadata takes 150.
    """
    installed = _installed()
    standard: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())  # since Python 3.10
    loaded = {name.partition(".")[0] for name in set(sys.modules) - _known} - standard
    found = {_plain(name) for name in loaded if _plain(name) in installed}
    found |= _owners({name for name in loaded if _plain(name) not in installed}, installed)
    wanted = sorted(found - _needed("ipykernel", installed))
    return {name: version for name in wanted if (version := _header(installed[name], "Version"))}


def _installed() -> dict[str, str]:
    """The folder about each installed distribution, by name; of two, the one that an import finds."""
    found: dict[str, str] = {}
    for place in sys.path:
        try:
            names = os.listdir(place or ".")
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                plain = _plain(name.rpartition(".")[0].partition("-")[0])
                found.setdefault(plain, os.path.join(place, name))
    return found


def _owners(modules: set[str], installed: dict[str, str]) -> set[str]:
    """The distributions that hold top-level modules of other names, such as PIL."""
    places = tuple({os.path.join(os.path.dirname(folder), "") for folder in installed.values()})
    there = [module for module in modules if str(getattr(sys.modules.get(module), "__file__", "")).startswith(places)]
    marks = [(f"\n{module}/".encode(), f"\n{module}.".encode()) for module in there]
    if not marks:
        return set()
    listed = {name: b"\n" + _bytes(os.path.join(folder, "RECORD")) for name, folder in installed.items()}
    return {
        name for name, content in listed.items() for package, file in marks if package in content or file in content
    }


def _needed(name: str, installed: dict[str, str]) -> set[str]:
    needed: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            lines = re.findall(rb"(?m)^Requires-Dist: *([\w.-]+)(.*)$", _head(installed.get(name, "")))
            waiting += [_plain(wanted.decode()) for wanted, condition in lines if b"extra ==" not in condition]
    return needed


def _header(folder: str, key: str) -> str:
    found = re.search(rb"(?m)^%s: *(\S+)" % key.encode(), _head(folder))
    return found.group(1).decode() if found else ""


def _head(folder: str) -> bytes:
    """What a distribution says about itself, without its description."""
    for name in ("METADATA", "PKG-INFO", ""):  # an egg-info may be a file
        content = _bytes(os.path.join(folder, name) if name else folder)
        if content:
            return re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]
    return b""


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as content:
            return content.read()
    except OSError:
        return b""


def _plain(name: str) -> str:
    """A distribution's name as the index spells it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def start() -> None:
    """Listen from now on; a hook cannot be taken out again and costs about 3 µs an event."""
    sys.addaudithook(_listen)
