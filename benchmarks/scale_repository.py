"""Repositories of any size for `benchmarks.scale`: analyses, results, sign-offs, decisions, metrics and a history."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

from nbpeer.model.digests import content_hash, results_digest, source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.result import Certificate, NamedResult, ResultsFile, encode_results, results_path
from nbpeer.model.review import Answer, SignOff, encode_sign_off, sign_off_path

GIT = ("git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false")
METRICS = 30
WORDS = "price weekly retention orders visitors campaign country season churn margin".split()
_SECTIONS = (
    "Summary", "Question and decision", "Data", "Method", "Checks", "Results", "Hypotheses generated",
    "Rival explanations", "Limitations", "What would change our mind", "Decision and review date",
)  # fmt: skip
_ANSWERS = tuple(Answer(f"C{item}", "yes") for item in range(1, 10))
_DAY = 24 * 60 * 60
_BEGAN = 1_700_000_000  # seconds since 1970: the first commit


def path_of(number: int) -> str:
    """Where an analysis lies: a hundred in a folder."""
    return f"analyses/{number // 100:03}/{WORDS[number % 10]}_{number}.ipynb"


def notebook(number: int, *, outputs: bool = False, edition: int = 0, cells: int = 0) -> bytes:
    """An analysis of some ten cells, or of about `cells` when that is more; another `edition` differs in one cell."""
    made = [_cell("raw", _front(number)), _cell("markdown", _prose(number)), *_code(number, edition)]
    random = Random(number)
    for place in range(len(made), cells):
        source = f"step_{place} = frame[frame.value > {random.random():.4f}].groupby('week').value.mean()\nstep_{place}"
        made.append(_cell("code", source) if place % 3 else _cell("markdown", f"Step {place}: {_words(random, 12)}."))
    for place, cell in enumerate(made):
        cell["id"] = f"c{place}"
        if outputs and cell["cell_type"] == "code":
            cell |= {"execution_count": place, "outputs": _outputs(random, place)}
    about = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.11.0"},
    }
    found = {"cells": made, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode()


def results(number: int, content: bytes, edition: int = 0) -> ResultsFile:
    """What a run of that notebook would have recorded."""
    source = source_digest(parse_notebook(content, path_of(number)))
    named = {
        name: NamedResult(name, "number", round(value + edition, 3), unit="%", tolerance=0.2)
        for name, value in (("rate", number % 17), ("orders", number % 911))
    }
    return ResultsFile(Certificate(source), named, metrics=(f"metric_{number % METRICS}@1.0.0",))


def sign_off(number: int, content: bytes, recorded: ResultsFile, reviewer: str) -> SignOff:
    """An approval of exactly this content."""
    source, digest = source_digest(parse_notebook(content, path_of(number))), results_digest(recorded.result_set)
    return SignOff(
        analysis=path_of(number),
        content=content_hash(source, digest),
        source=source,
        results=digest,
        reviewer=reviewer,
        checklist="exploratory",
        checklist_version="1",
        tier="low",
        answers=_ANSWERS,
        decision="approve",
        time="2026-03-01T12:00:00+00:00",
    )


def make(folder: Path, analyses: int, sign_offs: int) -> None:
    """A repository whose history has a commit for each analysis and for each sign-off; main is checked out."""
    folder.mkdir(parents=True)
    subprocess.run([*GIT, "init", "--quiet", "-b", "main"], cwd=folder, check=True)
    stream = subprocess.Popen([*GIT, "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE)
    assert stream.stdin
    for part in _history(analyses, sign_offs):
        stream.stdin.write(part)
    stream.stdin.close()
    if stream.wait():
        raise SystemExit("git fast-import failed")
    subprocess.run([*GIT, "reset", "--quiet", "--hard", "main"], cwd=folder, check=True)


def change(folder: Path, number: int, edition: int) -> None:
    """Edit one analysis of the working tree and record its results anew."""
    content = notebook(number, edition=edition)
    path = folder / path_of(number)
    path.write_bytes(content)
    (folder / results_path(path_of(number))).write_bytes(encode_results(results(number, content, edition)))


def commit(folder: Path, message: str) -> None:
    """Commit all that changed."""
    for command in (["add", "--all"], ["commit", "--quiet", "-m", message]):
        subprocess.run([*GIT, *command], cwd=folder, check=True)


def _history(analyses: int, sign_offs: int) -> Iterator[bytes]:
    """What `git fast-import` reads; only a notebook, its results and a sign-off are in memory at a time."""
    begin = {"metrics.yml": json.dumps(_registry()).encode(), "requirements.txt": b"pandas==2.2.3\nnbpeer==0.1.0\n"}
    begin[".gitignore"] = b".nbpeer/runs/\n.nbpeer/cache/\nsite/\n"
    yield _commit(0, "analyst0@example.org", "A repository", begin)
    for number in range(analyses):
        content = notebook(number)
        files = {path_of(number): content, results_path(path_of(number)): encode_results(results(number, content))}
        if number % 10 == 0:
            files[f"decisions/{number // 10 + 1:04}-{WORDS[number % 7]}.md"] = _decision(number)
        yield _commit(2 * number + 1, f"analyst{number % 20}@example.org", f"Analysis {number}", files)
        for one in range(number, sign_offs, analyses):
            reviewer = f"reviewer{one // analyses * 40 + number % 40}@example.org"  # of one analysis another each time
            made = sign_off(number, content, results(number, content), reviewer)
            kept = {sign_off_path(made): encode_sign_off(made)}
            yield _commit(2 * number + 2, made.reviewer, f"Sign-off {one}", kept)


def _commit(day: int, person: str, message: str, files: dict[str, bytes]) -> bytes:
    about = f"commit refs/heads/main\ncommitter {person} <{person}> {_BEGAN + day * _DAY // 100} +0000\n"
    parts = [about.encode() + _data(message.encode())]
    for path, content in files.items():
        parts.append(f"M 100644 inline {path}\n".encode() + _data(content))
    return b"".join([*parts, b"\n"])


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _cell(kind: str, source: str) -> dict[str, object]:
    more: dict[str, object] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True), **more}


def _front(number: int) -> str:
    return f"""---
title: "{WORDS[number % 10].title()} and {WORDS[number // 10 % 10]}, number {number}"
kind: exploratory
question: Did {WORDS[number % 10]} change after week {number % 52}?
hypothesis: It rises by at least half a point.
decision: Go on with {WORDS[number // 10 % 10]}
decision_owner: owner {number % 40}
tier: low
data_sources: [{{name: orders, location: "https://example.org/orders.parquet"}}]
metrics: [metric_{number % METRICS}@1.0.0]
change_my_mind: No effect in the larger half of the countries.
review_on: 2027-0{number % 9 + 1}-01
tags: [{WORDS[number % 10]}]
---"""


def _prose(number: int) -> str:
    random = Random(number)
    return "\n\n".join(f"## {title}\n\n{_words(random, 40).capitalize()}." for title in _SECTIONS)


def _words(random: Random, count: int) -> str:
    return " ".join(random.choices(WORDS, k=count))


def _code(number: int, edition: int) -> list[dict[str, object]]:
    sources = (
        "import pandas as pd\n\nimport nbpeer",
        'frame = pd.read_parquet("https://example.org/orders.parquet", columns=["user", "week", "value"])\nframe.shape',
        f"weekly = frame[frame.week >= {number % 52}].groupby('week', as_index=False).value.sum()\nweekly.head()",
        f"rate = 100 * (weekly.value > {number % 911}).mean() + {edition}\nrate",
        'nbpeer.expect("no duplicate users", frame.user.is_unique)',
        'nbpeer.result("rate", rate, unit="%", tolerance=0.2)',
        'nbpeer.result("orders", len(frame))',
    )
    return [_cell("code", source) for source in sources]


def _outputs(random: Random, count: int) -> list[dict[str, object]]:
    table = [f"<tr><td>{week}</td><td>{random.random():.6f}</td></tr>\n" for week in range(random.randrange(5, 80))]
    data = {"text/html": table, "text/plain": ["<a table>"]}
    return [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": count}]


def _decision(number: int) -> bytes:
    content = notebook(number)
    digest = results_digest(results(number, content).result_set)
    about = content_hash(source_digest(parse_notebook(content, path_of(number))), digest)
    return f"""---
status: decided
date: 2026-03-01
decision-makers: [owner {number % 40}]
analysis: {{path: {path_of(number)}, content: "{about}"}}
chosen: Go on with {WORDS[number % 10]}
predictions:
  - {{metric: rate, expect: 4.0, low80: 3.0, high80: 5.0, by: 2026-06-01}}
outcome_review: {{due: 2026-06-15, owner: bo}}
frozen: sha256:{number:064x}
---

# Go on with {WORDS[number % 10]}, number {number}
""".encode()


def _registry() -> dict[str, object]:
    metrics = [
        {
            "name": f"metric_{number}",
            "expression": {"dialects": [{"dialect": "ANSI_SQL", "expression": "COUNT(DISTINCT events.user_id)"}]},
            "custom_extensions": [{"vendor_name": "NBPEER", "data": {"version": "1.0.0", "filter": f"k = {number}"}}],
        }
        for number in range(METRICS)
    ]
    model = {"name": "shop", "datasets": [{"name": "events", "source": "events"}], "metrics": metrics}
    return {"version": "0.2.0.dev0", "semantic_model": [model]}
