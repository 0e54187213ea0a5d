"""Write what the reference takes from the code: `python docs/reference.py`; a test says when that is due."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any, get_args

from manual import manual

from nbpeer.config import config_schema
from nbpeer.model.catalogue import Catalogue
from nbpeer.model.finding import CheckReport
from nbpeer.model.json_schema import json_schema
from nbpeer.model.result import ResultsFile
from nbpeer.model.review import GateVerdict, SignOff, VerifyReport
from nbpeer.results.bundle import Bundle, bundle_schema

DOCS = Path(__file__).parent
_BETWEEN = re.compile(r"(<!-- from the code -->\n\n).*?(<!-- so far -->)", re.DOTALL)


def main() -> None:
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")


def written() -> dict[Path, str]:
    """What each file has to hold."""
    page = DOCS / "mime-types.md"
    with_table = _BETWEEN.sub(lambda marks: f"{marks[1]}{bundles()}\n\n{marks[2]}", page.read_text(encoding="utf-8"))
    schemas = {
        "configuration": config_schema(),
        "results-file": json_schema(ResultsFile, "NAME.results.json"),
        "sign-off": json_schema(SignOff, ".nbpeer/signoffs/*.json"),
        "findings": json_schema(CheckReport, "nbpeer check --format json"),
        "gate": _with_whether(json_schema(GateVerdict, "nbpeer status --format json"), "met"),
        "verified": _with_whether(json_schema(VerifyReport, "nbpeer verify --format json"), "sound"),
        "catalogue": json_schema(Catalogue, "nbpeer catalogue --json"),
    }
    spelled = {
        DOCS / "schemas" / f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }
    pages = {DOCS / "man" / name: text for name, text in manual().items()}
    return {page: with_table, **spelled, **pages}


def _with_whether(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """The schema with the word that these reports, and the analyses in a gate, begin with."""
    for what in ("GateVerdict", "AnalysisGate", "VerifyReport"):
        if what in schema["$defs"]:
            schema["$defs"][what]["properties"][name] = {"type": "boolean"}
            schema["$defs"][what]["required"].append(name)
    return schema


def bundles() -> str:
    """The types of bundle as a Markdown table: fields that have to be there in bold."""
    definitions = bundle_schema()["$defs"]
    rows = ["| `type` | what it is | fields |", "|---|---|---|"]
    for bundle in get_args(Bundle):
        schema = definitions[bundle.__name__]
        kind = schema["properties"]["type"]["enum"][0]
        fields = [_field(name, name in schema["required"]) for name in schema["properties"] if name != "type"]
        rows.append(f"| `{kind}` | {' '.join((inspect.getdoc(bundle) or '').split())} | {', '.join(fields)} |")
    return "\n".join(rows)


def _field(name: str, required: bool) -> str:
    return f"**`{name}`**" if required else f"`{name}`"


if __name__ == "__main__":
    main()
