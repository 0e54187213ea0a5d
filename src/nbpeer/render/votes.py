"""What a team says of its own maturity, as text and as one self-contained page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbpeer.model.ballot import LOWEST, SCORES, DimensionResult, VoteResult
from nbpeer.render.page import page_html, require_page_parts
from nbpeer.render.visible import visible

if TYPE_CHECKING:
    from rich.text import Text

_BAR = 10  # characters of the longest bar in text
_HIGH, _STEP = 40, 24  # the page's chart, in units of its own: the highest bar, and from one bar to the next


class Bar(NamedTuple):
    """One score of a dimension on the page: how many gave it, and its bar in the chart."""

    score: int
    ballots: int
    left: int
    top: float
    height: float


class DimensionView(NamedTuple):
    """One dimension as the page shows it. `loud` marks those on which people differ by more than a score."""

    result: DimensionResult
    middle: str
    differ: str
    trend: str
    loud: bool
    bars: tuple[Bar, ...]
    described: str


def votes_text(result: VoteResult) -> Text:
    """A paragraph a dimension, loudest disagreement first, with a bar a score."""
    from rich.text import Text

    text = Text(f"{visible(result.title)}\n", "bold")
    text.append(f"{headline(result)}\n", "dim")
    for one in result.dimensions:
        view = dimension_view(one)
        text.append(f"\n{visible(one.dimension.name)}", "bold").append(f"  ({visible(one.dimension.id)})\n", "dim")
        if not one.n:
            text.append(f"  {view.differ}\n")
            continue
        text.append(f"  median {view.middle}{_aside(view.trend)}, ")
        text.append(f"{view.differ}\n", "bold yellow" if view.loud else "")
        for bar in view.bars:
            drawn = "█" * round(_BAR * bar.height / _HIGH)
            text.append(f"    {bar.score}").append(f" {drawn}", "cyan").append(f" {bar.ballots or ''}\n", "dim")
            text.rstrip()
            text.append("\n")
        for note in one.said:
            text.append(f"    “{visible(note)}”\n", "dim")
    for number, problem in enumerate(result.problems):
        text.append("" if number else "\n").append(f"! {visible(problem)}\n", "yellow")
    text.rstrip()
    return text


def require_vote_page() -> None:
    """Raise NbpeerError, naming what to install, when a library that pages need is not here."""
    require_page_parts("a page")


def votes_html(result: VoteResult) -> str:
    """The page of a round. The same ballots give the same text. Raises NbpeerError when a library is missing."""
    require_vote_page()
    views = [dimension_view(one) for one in result.dimensions]
    return page_html("votes.html", ("page.css", "votes.css"), result=result, headline=headline(result), views=views)


def headline(result: VoteResult) -> str:
    """Who voted, when, and what the trend is since."""
    since = f", compared with {result.previous}" if result.previous else ", the first round"
    ballots = f"{result.voters} ballot{'s' * (result.voters != 1)}"
    return f"Round of {result.round}: {ballots}{since}"


def dimension_view(one: DimensionResult) -> DimensionView:
    """The numbers of a dimension in words."""
    middle = "none" if one.median is None else f"{one.median:g}"
    most = max(*one.counts, 1)
    bars = tuple(
        Bar(score, count, _STEP * (score - LOWEST), _HIGH - _HIGH * count / most, _HIGH * count / most)
        for score, count in zip(SCORES, one.counts, strict=True)
    )
    described = ", ".join(f"{bar.ballots} gave {bar.score}" for bar in bars)
    return DimensionView(one, middle, _differ(one), _trend(one), (one.spread or 0) > 1, bars, described)


def _differ(one: DimensionResult) -> str:
    if not one.n:
        return "nobody scored it"
    if one.spread is None:
        return f"{one.n} ballot{'s' * (one.n != 1)}"
    given = [score for score, count in zip(SCORES, one.counts, strict=True) if count]
    if len(given) == 1:
        return f"all {one.n} agree"
    return f"two people differ by {one.spread:.1f} on average ({given[0]} to {given[-1]}, {one.n} ballots)"


def _trend(one: DimensionResult) -> str:
    if one.trend is None or one.before is None:
        return one.note if one.n else ""
    if one.trend == 0:
        return "as before"
    return f"{'up' if one.trend > 0 else 'down'} from {one.before:g}"


def _aside(text: str) -> str:
    return f" ({text})" if text else ""
