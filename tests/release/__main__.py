"""`python -m tests.release [--python 3.12] [--skip-oldest]`: what would be released, tried as a stranger would.

Builds both distributions, looks into them, and makes the journey of one analysis from the wheel alone: with each Python
there is from the oldest supported on, with the newest dependencies with and without extras, and once with the oldest.
Minutes, and the network: `make release-check` runs it, the everyday tests do not.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.release.contents import missing
from tests.release.journey import Broken, light, whole

ROOT = Path(__file__).parents[2]
OLDEST, NEWEST = 11, 20  # minor versions to look for
# What the templates import and an analyst brings.
ANALYSTS_OWN = ("pandas", "matplotlib", "scipy")


def main() -> int:
    """Exit code 0 when everything holds, 1 at the first thing that does not."""
    parser = argparse.ArgumentParser(prog="python -m tests.release", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python", action="append", metavar="3.N", help="only these versions of Python")
    parser.add_argument("--skip-oldest", action="store_true", help="not with the oldest dependencies")
    wanted = parser.parse_args()
    found = {version: path for version, path in pythons().items() if not wanted.python or version in wanted.python}
    say(f"Pythons here: {', '.join(found) or 'none'}")
    if not found:
        return 1
    try:
        wheel = built()
        with tempfile.TemporaryDirectory(prefix="nbpeer-release-") as made:
            for version, python in found.items():
                tried(f"Python {version}, newest dependencies", python, wheel, Path(made) / version, ())
            if not wanted.skip_oldest:
                version, python = next(iter(found.items()))
                oldest = ("-c", str(ROOT / "constraints-oldest.txt"))
                tried(f"Python {version}, oldest dependencies", python, wheel, Path(made) / "oldest", oldest)
    except Broken as broken:
        say(f"broken: {broken}")
        return 1
    return 0


def pythons() -> dict[str, Path]:
    """Every supported Python on PATH or among pyenv's, oldest first; one for each minor version."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = {}
    for minor in range(OLDEST, NEWEST):
        named = shutil.which(f"python3.{minor}")
        candidates = [*([Path(named)] if named else []), *sorted(pyenv.glob(f"3.{minor}.*/bin/python3"), reverse=True)]
        for candidate in candidates:
            if subprocess.run([candidate, "-c", "import venv"], capture_output=True, check=False).returncode == 0:
                found[f"3.{minor}"] = candidate
                break
    return found


def built() -> Path:
    """Both distributions, built anew, complete, and with metadata that the index accepts; the wheel."""
    for old in (ROOT / "dist").glob("nbpeer-*"):
        old.unlink()
    began = time.monotonic()
    call(sys.executable, "-m", "build", "--outdir", str(ROOT / "dist"), str(ROOT))
    made = sorted((ROOT / "dist").glob("nbpeer-*"))
    call(sys.executable, "-m", "twine", "check", "--strict", *map(str, made))
    for path in made:
        if lacks := missing(path):
            raise Broken(f"{path.name} lacks {', '.join(lacks)}")
        say(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, complete")
    say(f"built in {time.monotonic() - began:.0f} s")
    (wheel,) = (path for path in made if path.suffix == ".whl")
    return wheel


def tried(what: str, python: Path, wheel: Path, folder: Path, constraints: tuple[str, ...]) -> None:
    """The journey with every extra, then what the base installation does in the repository it left."""
    began = time.monotonic()
    full = environment(python, folder / "full", f"{wheel}[all]", *ANALYSTS_OWN, *constraints)
    installed = time.monotonic()
    work = folder / "work"
    work.mkdir()
    repository = whole(full, work)
    walked = time.monotonic()
    light(environment(python, folder / "base", str(wheel), *constraints), repository)
    say(
        f"{what}: installed in {installed - began:.0f} s, the journey in {walked - installed:.0f} s, "
        f"without extras in {time.monotonic() - walked:.0f} s"
    )


def environment(python: Path, folder: Path, *requirements: str) -> Path:
    """A fresh environment with requirements, away from any checkout; its folder of scripts."""
    call(str(python), "-m", "venv", str(folder))
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    call(str(scripts / "python"), "-m", "pip", "install", "--quiet", *requirements)
    call(str(scripts / "python"), "-m", "pip", "check")
    where = call(str(scripts / "python"), "-I", "-c", "import nbpeer; print(nbpeer.__file__)").strip()
    if not Path(where).resolve().is_relative_to(folder.resolve()):
        raise Broken(f"nbpeer is imported from {where}")
    return scripts


def call(*command: str) -> str:
    """What a command printed. Raises Broken when it fails."""
    done = subprocess.run(command, cwd=tempfile.gettempdir(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
