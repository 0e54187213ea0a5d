"""`nbpeer tier`: how thorough a review an analysis needs, and why, written into its front matter."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import msgspec

from nbpeer.config import Config, load_config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.front_matter import FrontMatter, parse_front_matter
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.review import Tier, TierRule
from nbpeer.repo.git import find_root
from nbpeer.repo.templates import find_kind, load_common
from nbpeer.review.tiers import read_reasons, reasons_of, tier_of
from nbpeer.rewrite import raw_source, with_source

_BLOCK = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_TIER = re.compile(
    r"""^tier:[ \t]*(?:"[^"\r\n]*"|'[^'\r\n]*'|[^#\r\n]*?)([ \t]*|[ \t]+\#[^\r\n]*)(?=\r?$)""", re.MULTILINE
)
# The key with its value: on its line, or on the indented lines, or lines of a list, that follow.
_REASONS = re.compile(r"^tier_reasons:[^\r\n]*(?:\r?\n(?:[ \t]+\S|-[ \t])[^\r\n]*)*(?=\r?$)", re.MULTILINE)


class TierSheet(msgspec.Struct, frozen=True):
    """What is known of an analysis's tier: the one it has, and the questions its reasons answer yes (None: no reasons,
    or others than ours)."""

    path: str
    tier: Tier | None
    yes: frozenset[str] | None


class TierSet(msgspec.Struct, frozen=True):
    """The tier of an analysis: `was` the one before; `minutes`, `items` and `reviewers` are what a review then asks."""

    path: str
    tier: Tier
    was: Tier | None
    reasons: tuple[str, ...]
    minutes: int
    items: tuple[str, ...]
    reviewers: int
    written: bool


def read_tier(path: Path) -> TierSheet:
    """The tier an analysis has now, and why. Raises NbpeerError when it is no notebook or has no front matter."""
    front = _front_matter(_content(path), path)
    return TierSheet(path.as_posix(), front.tier, read_reasons(front.other.get("tier_reasons")))


def set_tier(path: Path, yes: Collection[str], *, write: bool = True) -> TierSet:
    """The tier that follows from the questions answered yes, written with its reasons into the front matter.

    Comments and every other byte of the notebook stay; a notebook that says just that already is not written. Raises
    NbpeerError as `read_tier`, and when the front matter is in a form that cannot be changed so.
    """
    content = _content(path)
    front = _front_matter(content, path)
    tier, reasons = tier_of(yes), reasons_of(yes)
    changed = with_source(content, 0, _with_tier(raw_source(content, 0), tier, reasons))
    _same_but_for_tier(changed, path, front, tier, reasons)
    written = write and write_atomic(path, changed)
    rule, kind_items = _asked(path, front, tier)
    return TierSet(
        path=path.as_posix(),
        tier=tier,
        was=front.tier,
        reasons=tuple(reasons),
        minutes=rule.minutes,
        items=(*rule.items, *kind_items),
        reviewers=rule.reviewers,
        written=written,
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NbpeerError(f"{path} could not be read ({error.strerror})", "name a notebook") from None


def _front_matter(content: bytes, path: Path) -> FrontMatter:
    found = parse_front_matter(parse_notebook(content, str(path)))
    if found is None:
        raise NbpeerError(f"{path} has no front matter, so it is no analysis", "add it in the first cell")
    return found


def _with_tier(source: str, tier: Tier, reasons: list[str]) -> str:
    match = _BLOCK.match(source)
    block = match.group(1) if match else ""
    start = match.start(1) if match else 0
    end = "\r\n" if "\r\n" in block else "\n"
    said = f"tier_reasons: [{', '.join(reasons)}]"
    if _TIER.search(block):
        block = _TIER.sub(lambda found: f"tier: {tier}{found.group(1)}", block, count=1)
    else:
        block += f"tier: {tier}{end}"
    if _REASONS.search(block):
        block = _REASONS.sub(said, block, count=1)
    else:
        block = _TIER.sub(lambda found: f"{found.group()}{end}{said}", block, count=1)
    return source[:start] + block + source[match.end(1) if match else 0 :]


def _same_but_for_tier(changed: bytes, path: Path, before: FrontMatter, tier: Tier, reasons: list[str]) -> None:
    """Raises NbpeerError unless the edit did what it should and nothing else."""
    try:
        after = _front_matter(changed, path)
    except NbpeerError:
        after = FrontMatter()
    wanted = msgspec.structs.replace(before, tier=tier, other={**before.other, "tier_reasons": reasons}, lines={})
    if msgspec.structs.replace(after, lines={}) != wanted:
        raise NbpeerError(
            f"the front matter of {path} is in a form that cannot be changed safely",
            f"write `tier: {tier}` and `tier_reasons: [{', '.join(reasons)}]` into it",
        )


def _asked(path: Path, front: FrontMatter, tier: Tier) -> tuple[TierRule, tuple[str, ...]]:
    try:
        root = find_root(path.absolute())
        config = load_config(root)
    except NbpeerError:
        root, config = None, Config()
    rule = load_common(root, config).tiers[tier]
    kind = find_kind(root, config, front.kind) if front.kind and rule.kind_items else None
    reviewers = config.gate.of(tier).reviewers or rule.reviewers
    return msgspec.structs.replace(rule, reviewers=reviewers), tuple(item.id for item in kind.items) if kind else ()
