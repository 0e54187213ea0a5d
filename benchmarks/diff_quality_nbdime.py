"""Run by the Python of nbdime's own environment: its diff of the pair in every folder below, one JSON line each."""

import json
import logging
import signal
import sys
import time
from pathlib import Path

import nbformat
from nbdime import diff_notebooks

LONGEST = 60  # seconds a pair


def main(folder: Path) -> None:
    """Compare before.ipynb with after.ipynb; print the folder's name, the operations (None: failed) and seconds."""
    logging.disable()
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError()))
    for pair in sorted(folder.iterdir()):
        signal.alarm(LONGEST)
        begun = time.perf_counter()
        try:
            sides = [nbformat.read(pair / f"{name}.ipynb", as_version=4) for name in ("before", "after")]
            begun = time.perf_counter()
            found = diff_notebooks(*sides)
        except Exception:
            found = None
        signal.alarm(0)
        print(json.dumps([pair.name, found, time.perf_counter() - begun]), flush=True)


main(Path(sys.argv[1]))
