"""What other tools read of the site: an Atom feed, JSON lines, an Intake catalogue; and what its search looks in."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import msgspec

from nbpeer.model.catalogue import CatalogueEntry
from nbpeer.model.decision import DecisionSheet

_ATOM = "http://www.w3.org/2005/Atom"
_IN_FEED = 50
_lines = msgspec.json.Encoder()
_NAMESPACE = uuid.UUID("6f9b6e0e-7b0c-5f55-9d0a-0f6b0f6f2c11")


def atom(entries: Sequence[CatalogueEntry], title: str, url: str, file_of: Callable[[str], str]) -> bytes:
    """The feed of the analyses that changed last (RFC 4287). `url` is where the site stands, "" for links inside it."""
    recent = sorted(entries, key=lambda entry: (entry.updated, entry.path), reverse=True)[:_IN_FEED]
    base = f"{url.rstrip('/')}/" if url else ""
    feed = ElementTree.Element("feed", xmlns=_ATOM)
    _add(feed, "title", title)
    _add(feed, "id", f"urn:uuid:{uuid.uuid5(_NAMESPACE, url or title)}")
    _add(feed, "updated", _moment(recent[0].updated if recent else ""))
    ElementTree.SubElement(feed, "link", rel="self", href=f"{base}feed.xml")
    ElementTree.SubElement(feed, "link", rel="alternate", href=f"{base}index.html")
    for entry in recent:
        one = ElementTree.SubElement(feed, "entry")
        _add(one, "title", f"{entry.title} ({entry.status})")
        _add(
            one,
            "id",
            f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{url or title} {entry.path} {entry.content} {entry.status}')}",
        )
        _add(one, "updated", _moment(entry.updated))
        ElementTree.SubElement(one, "link", rel="alternate", href=base + quote(file_of(entry.path)))
        for author in entry.authors or ("unknown",):
            _add(ElementTree.SubElement(one, "author"), "name", author)
        for tag in entry.tags:
            ElementTree.SubElement(one, "category", term=_clean(tag))
        _add(one, "summary", " ".join(filter(None, (entry.question, entry.answer))))
    ElementTree.indent(feed, " ")
    text = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def entries_lines(entries: Sequence[CatalogueEntry]) -> bytes:
    """One analysis a line, as JSON, without what is a list of its own."""
    return _lines.encode_lines(entries)


def results_lines(entries: Sequence[CatalogueEntry]) -> bytes:
    """One headline result a line, as JSON, with the analysis it is of."""
    return _lines.encode_lines(
        [
            {"path": entry.path, "status": entry.status, **msgspec.to_builtins(result)}
            for entry in entries
            for result in entry.results
        ]
    )


def decisions_lines(decisions: Sequence[DecisionSheet]) -> bytes:
    """One decision a line, as JSON: what was chosen, and what became of it."""
    return _lines.encode_lines([_decided(sheet) for sheet in decisions])


def _decided(sheet: DecisionSheet) -> dict[str, Any]:
    decision = sheet.decision
    judged = [one.within for one in sheet.compared if one.within is not None]
    found = {
        "number": decision.number,
        "path": decision.path,
        "title": decision.title,
        "analysis": decision.analysis.path,
        "status": decision.status,
        "date": decision.date,
        "chosen": decision.chosen,
        "due": sheet.due,
        "owner": decision.outcome_review.owner,
        "hypothesis": sheet.hypothesis,
        "used": sheet.used,
        "predictions": len(sheet.compared),
        "observed_with_interval": len(judged),
        "within_interval": sum(judged),
    }
    return {key: str(value) if isinstance(value, datetime.date) else value for key, value in found.items()}


def intake(title: str, decided: bool) -> bytes:
    """An Intake catalogue of the JSON lines, of decisions where there are any; paths are relative to it, so that fsspec
    finds them wherever the site is."""
    sources = {
        name: {
            "description": description,
            "driver": "json",
            "args": {"urlpath": f"{{{{ CATALOG_DIR }}}}/{name}.jsonl", "read_kwargs": {"lines": True}},
        }
        for name, description in (
            ("catalogue", "every analysis, one a row"),
            ("results", "every headline result, one a row"),
            *(("decisions", f"every {what}, one a row") for what in ["decision and what became of it"] * decided),
        )
    }
    document = {"metadata": {"version": 1, "title": title}, "sources": sources}
    return json.dumps(document, indent=2).encode() + b"\n"  # JSON is YAML


def search_data(
    entries: Sequence[CatalogueEntry], decisions: Mapping[str, DecisionSheet], file_of: Callable[[str], str]
) -> bytes:
    """A script that hands the search what it looks through: pages opened from disk may not fetch, only load scripts."""
    documents = [
        {
            "id": number,
            "href": quote(file_of(entry.path)),
            "title": entry.title,
            "status": entry.status,
            "question": entry.question,
            "answer": entry.answer[:600],
            "words": " ".join(
                [
                    entry.path,
                    entry.kind,
                    entry.hypothesis,
                    entry.decision,
                    *entry.tags,
                    *entry.metrics,
                    *entry.authors,
                    entry.decision_owner,
                    *(result.name for result in entry.results),
                    *entry.caveats,
                    *(decisions[path].decision.chosen for path in entry.decisions),
                ]
            ),
        }
        for number, entry in enumerate(entries)
    ]
    return b"window.nbpeerDocuments = %b;\n" % msgspec.json.encode(documents)


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return "".join(
        character for character in text if character in "\t\n" or (character >= " " and not _unpaired(character))
    )


def _unpaired(character: str) -> bool:
    return "\ud800" <= character <= "\udfff" or character in "\ufffe\uffff"


def _moment(date: str) -> str:
    return f"{date or '1970-01-01'}T00:00:00Z"
