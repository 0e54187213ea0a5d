"""`python -m benchmarks.check [DIR]`: `nbpeer check` beside `nbqa ruff` and `pynblint`, over a copy of notebooks.

All tools look at the same notebooks, one after the other in one run; nbpeer a second time, when nothing has changed.
What counts are the ratios: seconds mean nothing on another machine. Exit codes say what was found, and do not matter.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import command_line, corpus, peers
from benchmarks.measure import Cost, cost

US, AGAIN = "nbpeer check", "nbpeer check, unchanged"
NOTEBOOKS = 1000


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 2 when DIR holds no notebook, 1 when nbpeer did not look at every notebook."""
    parser = command_line.with_folder(command_line.parser("check", __doc__, 1))
    parser.add_argument("--most", type=int, default=NOTEBOOKS, help="notebooks at most; default: %(default)s")
    asked = parser.parse_args(arguments)
    notebooks = command_line.notebooks(asked.folder)
    if notebooks is None:
        return 2
    chosen = corpus.Corpus(dict(list(notebooks.notebooks.items())[: asked.most]), notebooks.left_out)
    costs: dict[str, list[Cost]] = {}
    looked_at = 0
    for _ in range(asked.rounds):
        with tempfile.TemporaryDirectory() as folder:
            chosen.write(Path(folder))
            # A repository, as an analyst has one: the cache of `nbpeer check` lives in it.
            subprocess.run(["git", "init", "--quiet", folder], check=True)
            for name, command in commands().items():
                costs.setdefault(name, []).append(cost([command], Path(folder)))
            looked_at = _looked_at(Path(folder))
    print(report(chosen, costs, looked_at))
    return 0 if looked_at == len(chosen.notebooks) else 1


def commands() -> dict[str, list[str | Path]]:
    """nbpeer twice, then each peer that can be installed."""
    program = Path(sys.executable).with_name("nbpeer")
    found: dict[str, list[str | Path]] = {US: [program, "check", "."], AGAIN: [program, "check", "."]}
    for package, name, extra, arguments in (
        ("nbqa", "nbqa", ("ruff",), ["ruff", "."]),
        # Its command line does not start with later versions of click and typer.
        ("pynblint", "pynblint", ("click<8.2", "typer<0.13"), ["--yes", "--quiet", "."]),
    ):
        peer = peers.installed(package, name, *extra)
        if peer is None:
            print(f"{package} could not be installed and is left out", file=sys.stderr)
        else:
            found[f"{package} {arguments[0]}".removesuffix(" --yes")] = [peer, *arguments]
    return found


def report(notebooks: corpus.Corpus, costs: dict[str, list[Cost]], looked_at: int) -> str:
    """The figures as a table, and nbpeer's wall time against that of the peers together."""
    lines = [
        f"check: {len(notebooks.notebooks)} notebooks, {notebooks.size / 1e6:.1f} MB, {len(costs[US])} rounds, medians"
        f"; looked at by nbpeer: {looked_at}",
        "",
        f"{'':26}{'CPU s':>8}{'wall s':>8}",
    ]
    walls = {name: statistics.median(run.wall for run in runs) for name, runs in costs.items()}
    for name, runs in costs.items():
        lines.append(f"{name:26}{statistics.median(run.cpu for run in runs):8.2f}{walls[name]:8.2f}")
    others = [wall for name, wall in walls.items() if name not in (US, AGAIN)]
    if others:
        lines += ["", f"nbpeer's wall time: {walls[US] / sum(others):.2f} of the peers' together"]
    return "\n".join(lines)


def _looked_at(folder: Path) -> int:
    program = Path(sys.executable).with_name("nbpeer")
    done = subprocess.run([program, "check", ".", "--format", "json"], cwd=folder, capture_output=True, check=False)
    answer = json.loads(done.stdout)
    # A notebook of an old format is answered too: NBP001 says that it cannot be read.
    return len({*answer["checked"], *(finding["path"] for finding in answer["findings"])})


if __name__ == "__main__":
    sys.exit(main())
