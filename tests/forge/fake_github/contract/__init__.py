"""Requests and answers held against the slice of GitHub's OpenAPI description; members nobody asked for, filled."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs

HERE = Path(__file__).parent
# Answers of every operation, whatever the description lists.
_ALWAYS = ("401", "403", "404", "409", "410", "422", "500", "502", "503")


class Operation(NamedTuple):
    name: str
    values: dict[str, str]


@cache
def description() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress((HERE / "openapi.json.gz").read_bytes()))
    return found


@cache
def events() -> dict[str, list[Any]]:
    """GitHub's examples of event files, by `EVENT.ACTION`."""
    found: dict[str, list[Any]] = json.loads(gzip.decompress((HERE / "events.json.gz").read_bytes()))
    return found


def operation(verb: str, path: str) -> Operation | None:
    """The operation of a request, with the values in its path."""
    for name, pattern in _patterns():
        if name.startswith(f"{verb} ") and (found := pattern.fullmatch(path)):
            return Operation(name, found.groupdict())
    return None


def faults_of_request(name: str, query: dict[str, str], body: object) -> list[str]:
    """What is wrong with a request, in words."""
    known = description()["operations"][name]
    said = [f"{name}: no such parameter {key}" for key in query if key not in known["query"]]
    for key, value in query.items():
        schema = known["query"].get(key, {})
        read: object = int(value) if schema.get("type") == "integer" and value.isdigit() else value
        said += _said(f"{name} ?{key}", schema, read)
    if known["body"]:
        said += _said(name, known["body"], body if body is not None else {})
    elif body is not None:
        said.append(f"{name}: takes no body")
    return said


def faults_of_answer(name: str, status: int, body: object) -> list[str]:
    """What is wrong with an answer of the fake, in words."""
    answers = description()["operations"][name]["answers"]
    if str(status) not in answers and str(status) not in _ALWAYS:
        return [f"{name} never answers {status}"]
    schema = answers.get(str(status), {"$ref": "#/schemas/basic-error"})
    if status >= 400 and isinstance(body, dict):
        body = {key: value for key, value in body.items() if key != "status"}  # RULES["status member"]
    return _said(f"{name} {status}", schema, body) if schema else []


def filled(schema: str | dict[str, Any], **known: Any) -> dict[str, Any]:
    """An object of a schema (or of a schema's name): what is known, and something for each other member it requires."""
    found = description()["schemas"][schema] if isinstance(schema, str) else schema
    found = found.get("anyOf", [found])[0]
    made = {name: _plain(found["properties"][name]) for name in found.get("required", ()) if name not in known}
    return made | known


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for name in description()["operations"]:
        path = name.split()[1]
        several = re.sub(r"\{(ref|path)\}(?=$)", r"(?P<\1>.+)", path)
        found.append((name, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", several))))
    return found


def _said(where: str, schema: dict[str, Any], value: object) -> list[str]:
    return [
        f"{where}: {error.message[:300]} at {list(error.instance_path)}"
        for error in _validator(json.dumps(schema)).iter_errors(value)
    ]


@cache
def _validator(schema: str) -> Any:
    return jsonschema_rs.Draft202012Validator(json.loads(schema) | {"schemas": description()["schemas"]})


def _plain(schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _plain(description()["schemas"][schema["$ref"].rpartition("/")[2]])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return None if {"type": "null"} in schema[key] else _plain(schema[key][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return filled(schema) if "properties" in schema else {}
    return {"string": "x", "integer": 1, "number": 1, "boolean": False, "array": []}.get(schema.get("type", ""))
