"""The whole journey of one analysis, in a throw-away git repository: `make demo`.

Every command is printed before it runs, with nothing hidden but the set-up of the folder. A command that does not end
with the exit code it should ends the demonstration.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ANALYSIS = "analyses/chicago_flights.ipynb"
RUN = f".nbpeer/runs/{ANALYSIS}"
QUERY = ("hour < 12", "hour < 10")
WORDS = (
    ("leave before noon", "leave before ten"),
    ("10.7 %", "9.3 %"),
    ("13.8 %", "11.8 %"),
    (
        "difference of 3.1 percentage points (95 % interval 1.4 to 4.7)",
        "difference of 2.5 percentage points (0.5 to 4.4)",
    ),
    ("it turns round: Newark is 3.4 points *better*", "little is left of it (-1.2 points, -3.7 to 1.3)"),
    ("at 21.0 %", "at 18.0 %"),
    ("Of 5,587 flights", "Of 4,242 flights"),
    ("and Newark's most often", "and those from JFK most often"),
)
ANSWERS = """\
C1: yes
C3: {answer: yes, note: "flights of 2013 from the package, as the front matter says"}
C6: {answer: na, note: "no metric of the registry is used"}
C7: {answer: yes, note: "within United the interval now includes zero, and the summary says so"}
C8: {answer: yes, note: "the age of the data is stated, and what would change the mind"}
"""

BOLD, DIM, CYAN, RED, PLAIN = ("\033[1m", "\033[2m", "\033[36m", "\033[31m", "\033[0m")
if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
    BOLD = DIM = CYAN = RED = PLAIN = ""


def main() -> None:
    repository = Path(tempfile.mkdtemp(prefix="nbpeer-demo-")) / "team"
    make_repository(repository)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    os.environ["PYTHONWARNINGS"] = "ignore"
    os.chdir(repository)

    chapter("An analyst sets the repository up")
    show("nbpeer init")
    show("git add -A", "git commit -q -m 'Set nbpeer up'")

    chapter("…runs an analysis, and commits it: its outputs stay here, its named results go beside it")
    Path("analyses").mkdir()
    shutil.copy(HERE / "chicago_flights.ipynb", ANALYSIS)
    show(f"nbpeer run {ANALYSIS}", f"cp {RUN} {ANALYSIS}", f"wc -c {ANALYSIS}")
    show("git add -A", "git commit -q -m 'Which airport for Chicago?'", f"git cat-file -s HEAD:{ANALYSIS}")
    show("git show --stat --format=%s")

    chapter("…and changes it on a branch: only flights before ten, instead of before noon")
    show("git switch -q -c before-ten")
    edit(QUERY, *WORDS)
    show(f"nbpeer run {ANALYSIS}")
    show(f"nbpeer check {ANALYSIS}")
    show("git commit -q -a -m 'Only flights before ten'")

    chapter("What changed, in the code and in the results?")
    show("nbpeer diff main...HEAD")

    chapter("A reviewer comes. The gate is not met yet")
    show("git config user.name reviewer", "git config user.email reviewer@example.org")
    show("nbpeer packet --base main")
    show("nbpeer status --base main", expect=1)

    chapter("They read the packet, answer what only a person can answer, and approve")
    Path("answers.yml").write_text(ANSWERS)
    show("cat answers.yml")
    show(f"nbpeer sign {ANALYSIS} --answers answers.yml --base main --comment 'Read in twelve minutes.'")
    Path("answers.yml").unlink()
    show("git add -A", "git commit -q -m 'Sign the flights to Chicago off'", "nbpeer status --base main")

    chapter("One more edit after the approval, and the approval lapses")
    show("git config user.name analyst", "git config user.email analyst@example.org")
    edit(("late_minutes = 30", "late_minutes = 15"))
    show("nbpeer status --base main", expect=1)

    packet = repository / ".nbpeer/runs/packet.html"
    print(f"\n{BOLD}The packet the reviewer read:{PLAIN} {packet}")
    print(f"{DIM}The repository stays at {repository} for you to look at.{PLAIN}")


def make_repository(repository: Path) -> None:
    repository.mkdir()
    git = ["git", "-C", str(repository)]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "config", "user.name", "analyst"], check=True)
    subprocess.run([*git, "config", "user.email", "analyst@example.org"], check=True)
    subprocess.run([*git, "config", "core.pager", "cat"], check=True)
    (repository / "README.md").write_text("# A team's analyses\n")
    subprocess.run([*git, "add", "README.md"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "A repository"], check=True)


def chapter(title: str) -> None:
    print(f"\n{BOLD}── {title}{PLAIN}", flush=True)


def show(*commands: str, expect: int = 0) -> None:
    """Print each command, run it, and stop when its exit code is not the one a reader should see."""
    for command in commands:
        print(f"\n{CYAN}$ {command}{PLAIN}", flush=True)
        code = subprocess.run(shlex.split(command)).returncode
        if code != expect:
            sys.exit(f"{RED}{command} ended with exit code {code}, not {expect}{PLAIN}")
    if expect:
        print(f"{DIM}(exit code {expect}){PLAIN}", flush=True)


def edit(*replacements: tuple[str, str]) -> None:
    """Change the source of the analysis as a person would in JupyterLab, and say so."""
    path = Path(ANALYSIS)
    text = path.read_text(encoding="utf-8")
    print(flush=True)
    for old, new in replacements:
        if old not in text:
            sys.exit(f"{RED}{old!r} does not stand in {ANALYSIS}{PLAIN}")
        text = text.replace(old, new)
        print(f"{CYAN}# in {ANALYSIS}: {old}  →  {new}{PLAIN}", flush=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
