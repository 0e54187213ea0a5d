"""Kinds of analysis: what a template folder says about one."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from nbpeer.model.review import Item, Tier, TierRule

ParameterType = Literal["text", "number", "integer", "boolean", "date", "choice", "list"]


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One typed parameter of a template. `minimum` and `maximum` are inclusive and only for numbers and integers.

    `not_before` names another parameter, of the same type, that a date or a number must not come before.
    """

    name: str
    type: ParameterType
    default: Any = None
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    not_before: str = ""
    choices: tuple[str, ...] = ()


class Kind(msgspec.Struct, frozen=True):
    """One kind: `required` front-matter keys, `sections` (headings in order), parameters, its own checklist items.

    `notebook` is the template's analysis.ipynb; `folder` where the kind was found, for messages.
    """

    name: str
    title: str
    description: str
    folder: str
    notebook: bytes
    required: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    checklist_version: int = 1
    items: tuple[Item, ...] = ()


class CommonChecklist(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """templates/checklist.yml: the items every kind asks, and what each tier asks of them."""

    version: int
    tiers: dict[Tier, TierRule]
    items: tuple[Item, ...]
