"""Run by the Python of nbdime's own environment: `nbmerge` over folders of three versions, one JSON line each."""

import json
import logging
import signal
import sys
import time
from pathlib import Path

from nbdime import nbmergeapp

LONGEST = 60  # seconds a merge


def main(folder: Path) -> None:
    """Merge in every folder below, into merged.ipynb; print its name, the exit code (-1: failed) and seconds."""
    logging.disable()
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError()))
    for case in sorted(folder.iterdir()):
        files = [str(case / f"{name}.ipynb") for name in ("base", "ours", "theirs")]
        arguments = nbmergeapp._build_arg_parser().parse_args([*files, "--out", str(case / "merged.ipynb")])
        begun = time.perf_counter()
        signal.alarm(LONGEST)
        try:
            code = nbmergeapp.main_merge(arguments)
        except Exception:
            code = -1
        signal.alarm(0)
        print(json.dumps([case.name, code, time.perf_counter() - begun]), flush=True)


main(Path(sys.argv[1]))
