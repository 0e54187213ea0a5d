"""Analyses as dbt exposures: what of the project each one uses.

Source: docs.getdbt.com, exposure properties: `type: notebook`, `maturity`, `owner`, `depends_on`; names of letters,
digits and underscores.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from nbpeer import yaml

# dbt's maturity says how far others may rely on it, which is what a tier asks for.
_MATURITY = {"low": "low", "medium": "medium", "high": "high", "business_critical": "high"}


class Exposed(NamedTuple):
    """One analysis: its path, what it is called and asks, who decides on it, its tier, the metrics it cites."""

    path: str
    title: str
    question: str
    owner: str
    email: str
    tier: str
    tags: tuple[str, ...]
    metrics: tuple[str, ...]


def exposures_yaml(analyses: tuple[Exposed, ...]) -> str:
    """The exposures of analyses as a file of properties that dbt reads."""
    names: dict[str, int] = {}
    listed = []
    for one in analyses:
        name = re.sub(r"\W+", "_", one.path.removesuffix(".ipynb"), flags=re.ASCII).strip("_").lower() or "analysis"
        names[name] = names.get(name, 0) + 1
        listed.append(_exposure(one, name if names[name] == 1 else f"{name}_{names[name]}"))
    return yaml.dump({"version": 2, "exposures": listed})


def _exposure(one: Exposed, name: str) -> dict[str, Any]:
    owner = {"name": one.owner or "unknown"} | ({"email": one.email} if one.email else {})
    said = {
        "name": name,
        "label": one.title or one.path,
        "type": "notebook",
        "maturity": _MATURITY.get(one.tier, "low"),
        "description": one.question,
        "owner": owner,
        "depends_on": [f"metric('{metric}')" for metric in one.metrics],
        "config": {"tags": list(one.tags), "meta": {"analysis": one.path}},
    }
    return {key: value for key, value in said.items() if value != ""}
