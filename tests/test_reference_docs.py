"""What the reference says of types is what the code says."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest

import making
import reviewing
from conftest import GitRepository, Outcome
from nbpeer.model.review import encode_sign_off
from render.sample import SIGN_OFF

Nbpeer = Callable[..., Outcome]
DOCS = Path(__file__).parent.parent / "docs"
SCHEMA = json.loads((DOCS / "schemas/configuration.json").read_text(encoding="utf-8"))


def test_what_the_reference_takes_from_the_code_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    due = runpy.run_path(str(DOCS / "reference.py"))["written"]()
    stale = [path.name for path, text in due.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    assert stale == [], "python docs/reference.py"
    assert set((DOCS / "man").iterdir()) <= set(due), "a page of what is no verb any more"


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_man_pages_are_typeset_without_a_warning() -> None:
    pages = sorted((DOCS / "man").glob("*.1"))
    command = ["groff", "-man", "-Tutf8", "-ww", "-z", *pages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (len(pages) > 30, done.returncode, done.stderr) == (True, 0, "")


@pytest.mark.parametrize(
    "toml",
    [
        "",
        'include = ["a/*.ipynb"]\n[gate.tiers.high]\nreviewers = 3',
        '[[check.overrides]]\npaths = ["a/**"]\nsmall-count = 20\nseverity = {NBP402 = "warning"}',
        '[metrics]\nconnect = {uri = "$URL"}',
    ],
)
def test_the_schema_accepts_a_configuration(toml: str) -> None:
    assert jsonschema_rs.is_valid(SCHEMA, tomllib.loads(toml))


@pytest.mark.parametrize(
    "toml",
    [
        "includes = []",
        "[gate]\nreviewers = 10",
        '[check]\nseverity = {NBP402 = "bad"}',
        "[gate.tiers.high]\nreviewer = 3",
    ],
)
def test_the_schema_refuses_what_nbpeer_refuses(toml: str) -> None:
    assert not jsonschema_rs.is_valid(SCHEMA, tomllib.loads(toml))


def test_recorded_results_and_sign_offs_are_as_their_schemas_say() -> None:
    recorded = sorted((DOCS.parent / "example_analyses").glob("*.results.json"))
    results = json.loads((DOCS / "schemas/results-file.json").read_text(encoding="utf-8"))
    assert recorded
    for path in recorded:
        jsonschema_rs.validate(results, json.loads(path.read_text(encoding="utf-8")))
    sign_off = json.loads((DOCS / "schemas/sign-off.json").read_text(encoding="utf-8"))
    signed = json.loads(encode_sign_off(SIGN_OFF))
    jsonschema_rs.validate(sign_off, signed)
    assert not jsonschema_rs.is_valid(sign_off, {**signed, "decision": "perhaps"})


@pytest.mark.parametrize(
    ("schema", "command", "some"),
    [
        ("findings", ("check", "--format", "json"), "findings"),
        ("gate", ("status", "--format", "json"), "analyses"),
        ("verified", ("verify", "--format", "json"), "analyses"),
        ("catalogue", ("catalogue", "--json"), "entries"),
    ],
)
def test_reports_are_as_their_schemas_say(
    repo: GitRepository,
    nbpeer: Callable[..., Outcome],
    tmp_path: Path,
    schema: str,
    command: tuple[str, ...],
    some: str,
) -> None:
    reviewing.begin(repo)
    assert nbpeer("sign", reviewing.PATH, "--answers", reviewing.answers_file(tmp_path)).code == 0
    repo.write(
        "analyses/untidy.ipynb", making.notebook(making.code("import pandas\nprint(open('/home/ann/x').read())"))
    )
    wanted = json.loads((DOCS / f"schemas/{schema}.json").read_text(encoding="utf-8"))
    said = nbpeer(*command).json
    assert said[some]
    jsonschema_rs.validate(wanted, said)
    for key in wanted["$defs"][wanted["$ref"].rpartition("/")[2]]["required"]:
        assert not jsonschema_rs.is_valid(wanted, {name: value for name, value in said.items() if name != key})


def test_every_schema_is_listed() -> None:
    listed = re.findall(r"^\| \[[\w.-]+\]\(schemas/([\w.-]+)\)", (DOCS / "json-schemas.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in DOCS.glob("schemas/*.json"))


def test_every_mime_type_that_the_code_tells_apart_is_on_the_page() -> None:
    sources = [*(DOCS.parent / "src/nbpeer/results").glob("*.py"), *(DOCS.parent / "src/nbpeer/publish").glob("*.py")]
    known = {
        found
        for path in sources
        for found in re.findall(
            r'"((?:image|text|application)/[a-z.+-]+[a-z0-9.+-]*[a-z])"', path.read_text(encoding="utf-8")
        )
    }
    page = (DOCS / "mime-types.md").read_text(encoding="utf-8")
    assert len(known) >= 10
    assert {mime for mime in known if f"`{mime}`" not in page} == set()
