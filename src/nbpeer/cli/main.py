"""The command line's door: one table of verbs, one place that turns errors into a line and an exit code."""

from __future__ import annotations

import gc
import os
import sys

from nbpeer.errors import NbpeerError

VERBS = {
    "init": "set up a repository",
    "new": "start an analysis from a template",
    "template": "find what is wrong with a team's own kind",
    "tier": "say how thorough a review an analysis needs",
    "run": "execute notebooks and record their results",
    "strip": "take outputs and other volatile parts out",
    "check": "apply the rules",
    "diff": "show changed cells and changed results",
    "results": "show, compare and verify named results",
    "patch": "apply a comparison to the old notebook",
    "log": "tell an analysis's history by result and by cell",
    "blame": "say which commit last changed each line",
    "metrics": "show, compare and reconcile metric definitions",
    "merge": "merge three versions of a notebook",
    "conflicts": "list and resolve conflicted cells",
    "packet": "build the reviewer's HTML file",
    "review": "answer the checklist and sign off",
    "sign": "sign off with answers from a file",
    "status": "say whether the gate is met, and why not",
    "pr": "review in a pull request: post, read back, answer",
    "verify": "derive every sign-off again",
    "decide": "record a decision with its predictions",
    "outcome": "record what became of a decision",
    "due": "list what is due, and by whom",
    "ledger": "say how often reviews, decisions and predictions held",
    "vote": "ask a team how mature its work with data is",
    "catalogue": "list every analysis and whether it holds",
    "site": "build the catalogue as a static site",
    "git": "install, remove or show the git drivers; restore outputs",
    "kernel": "install or remove a kernel that starts fast, for other tools",
    "doctor": "find what is wrong with this set-up",
    "explain": "print a rule's page",
    "completion": "print the script that completes commands in a shell",
}


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code; errors are one line on standard error."""
    try:
        code = _run_at_once(arguments)
        if code is None:
            from nbpeer.cli.verbs import run_verb

            code = run_verb(arguments)
        sys.stdout.flush()
    except NbpeerError as error:
        _reraise_when_debugging(arguments)
        hint = f"; {error.hint}" if error.hint else ""
        print(f"nbpeer: {error.message}{hint}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("nbpeer: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        _reraise_when_debugging(arguments)
        said = f"internal error, {type(error).__name__}: {error}; run `nbpeer --debug …` and report it"
        print(f"nbpeer: {said}", file=sys.stderr)
        return 3
    return code


def main() -> None:
    """The console script."""
    _without_grammars_of_addresses()
    gc.set_threshold(50_000)  # every verb makes many values and hardly a cycle
    code = run(sys.argv[1:])
    if sys.argv[1:2] in (["diff"], ["strip"]):  # nothing is left to do, and taking the interpreter down takes as long
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _without_grammars_of_addresses() -> None:
    """Keep jsonschema, where it stands beside Jupyter's server, from building grammars as it is imported.

    They are of internationalised addresses, which no notebook's schema asks for, and take over a second: nbformat,
    which imports it, would be three times as long in coming. Kernels are other processes and do not notice.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: an import of it fails at once


def _run_at_once(arguments: list[str]) -> int | None:
    """Compare, strip or give a kept answer without importing click; None for what it takes click to answer."""
    verb, given = arguments[:1], arguments[1:]
    if verb == ["run"]:
        from nbpeer.cli.unchanged import answer

        return answer(arguments)
    if verb == ["diff"]:
        return _diff_at_once(given)
    if verb == ["strip"]:
        from nbpeer.cli.strip_one import strip_one

        code = strip_one(given)
        return _strip_at_once(given) if code is None else code
    return None


def _diff_at_once(arguments: list[str]) -> int | None:
    from nbpeer.cli.diff_show import FLAGS, show
    from nbpeer.cli.flags import read_plainly

    given = read_plainly(arguments, FLAGS)
    if given is None:
        return None
    from nbpeer.starting import import_msgspec

    import_msgspec()
    return show(given)


def _strip_at_once(arguments: list[str]) -> int | None:
    from nbpeer.starting import import_msgspec

    import_msgspec()
    from nbpeer.cli.flags import read_plainly
    from nbpeer.cli.strip_show import FLAGS, mistake, show

    given = read_plainly(arguments, FLAGS)
    return None if given is None or mistake(given) else show(given)


def _reraise_when_debugging(arguments: list[str]) -> None:
    if arguments[:1] == ["--debug"]:
        raise
