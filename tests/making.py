"""What tests make notebooks of."""

from __future__ import annotations

import json
from typing import Any

HEADER = """---
title: Price test
kind: ab_test
question: Does the lower price raise conversion?
hypothesis: Conversion rises by at least half a point.
decision: Roll the lower price out
decision_owner: pricing lead
tier: medium
data_sources:
  - name: orders
    location: orders.csv
metrics: []
change_my_mind: No effect in the larger half of the countries.
review_on: 2027-03-01
tags: [pricing]
---
"""


def markdown(source: str, **extra: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True), **extra}


def raw(source: str, **extra: Any) -> dict[str, Any]:
    return {**markdown(source), "cell_type": "raw", **extra}


def code(source: str, *, tags: tuple[str, ...] = (), outputs: list[Any] | None = None, **extra: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": outputs or [],
        "source": source.splitlines(keepends=True),
        **extra,
    }


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text.splitlines(keepends=True)}


def notebook(
    *cells: dict[str, Any], header: str | None = HEADER, metadata: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A valid notebook (nbformat 4.5) with the front matter `header` first, unless it is None."""
    everything = [*([raw(header)] if header is not None else []), *cells]
    for number, cell in enumerate(everything):
        cell.setdefault("id", f"cell{number}")
    found = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return {
        "cells": everything,
        "metadata": found if metadata is None else metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def text(value: dict[str, Any]) -> str:
    """The JSON text nbformat would write."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def named_result(payload: dict[str, Any], **other_mime: Any) -> dict[str, Any]:
    """A display_data output that carries a named result."""
    data = {"application/vnd.nbpeer.result+json": payload, "text/plain": [str(payload.get("name"))], **other_mime}
    return {"output_type": "display_data", "data": data, "metadata": {}}
