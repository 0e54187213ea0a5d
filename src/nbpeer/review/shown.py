"""What is shown next to a question: the parts of the analysis that its item names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite

from nbpeer.model.front_matter import FrontMatter
from nbpeer.model.result import Figure, ResultsFile, Table
from nbpeer.model.review import Excerpt, Item

# What an item's `show` may name besides the heading of a section.
KEYS = (
    "question",
    "hypothesis",
    "predictions",
    "decision",
    "decision_owner",
    "change_my_mind",
    "review_on",
    "data_sources",
    "metrics",
    "results",
    "expectations",
    "caveats",
    "inputs",
)

# What begins a line of its own: lists, tables, quotes.
_APART = ("-", "*", "|", "#", ">", *"0123456789")


def excerpts(
    item: Item, front: FrontMatter, results: ResultsFile | None, prose: Mapping[str, Sequence[str]]
) -> tuple[Excerpt, ...]:
    """The parts an item names, in its order; `prose` are the lines under each heading. What says nothing is said so."""
    found = []
    for name in item.show:
        if name in _FROM_RESULTS:
            lines = _FROM_RESULTS[name](results) if results else ("no run is recorded",)
        elif name in KEYS:
            lines = _FROM_FRONT_MATTER.get(name, _text(name))(front)
        else:
            lines = _paragraphs(prose.get(name, ()))
        label = "named results" if name == "results" else name.replace("_", " ")
        found.append(Excerpt(label, lines or ("nothing",)))
    return tuple(found)


def _paragraphs(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines of prose put together again, but for those of lists and tables."""
    found: list[str] = []
    for line in lines:
        apart = not found or line.startswith(_APART) or found[-1].startswith("|") or found[-1].endswith((".", "?"))
        if apart:
            found.append(line)
        else:
            found[-1] += f" {line}"
    return tuple(found)


def _text(key: str) -> Callable[[FrontMatter], tuple[str, ...]]:
    return lambda front: (str(getattr(front, key)),) if getattr(front, key) else ()


def _sources(front: FrontMatter) -> tuple[str, ...]:
    said = []
    for source in front.data_sources:
        parts = [source.name, source.location if source.location != source.name else ""]
        parts += [f"as of {source.as_of}" if source.as_of else "", source.licence]
        said.append(", ".join(part for part in parts if part))
    return tuple(said)


_FROM_FRONT_MATTER: dict[str, Callable[[FrontMatter], tuple[str, ...]]] = {
    "data_sources": _sources,
    "metrics": lambda front: front.metrics,
    "predictions": lambda front: tuple(one.in_words for one in front.predictions),
}


def _results(recorded: ResultsFile) -> tuple[str, ...]:
    said = []
    for name, result in recorded.results.items():
        value = result.value
        if isinstance(value, Table):
            said.append(f"{name}: a table of {len(value.rows)} rows")
        elif not isinstance(value, Figure):
            shown = _number(value) if isinstance(value, int | float) else str(value)
            said.append(f"{name}: {shown} {result.unit}".rstrip())
    return tuple(said)


def _number(value: float) -> str:
    """A number in six digits; one of five digits or more before the point with all of these, in thousands."""
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    return f"{value:,.1f}" if isfinite(value) and abs(value) >= 10_000 else f"{value:.6g}"


def _expectations(recorded: ResultsFile) -> tuple[str, ...]:
    """What failed, a line each; then the names of what held, which a reviewer runs through."""
    every = recorded.result_set.expectations
    failed = [f"FAILED: {item.name}{f', {item.detail}' if item.detail else ''}" for item in every if not item.passed]
    held = [item.name for item in every if item.passed]
    return (*failed, *([f"held, {len(held)}: {'; '.join(held)}"] if held else []))


_FROM_RESULTS: dict[str, Callable[[ResultsFile], tuple[str, ...]]] = {
    "results": _results,
    "expectations": _expectations,
    "caveats": lambda recorded: tuple(recorded.caveats),
    "inputs": lambda recorded: tuple(recorded.certificate.inputs),
}
