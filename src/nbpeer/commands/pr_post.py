"""`nbpeer pr post`: a posting brought into a pull request; twice the same sends nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from nbpeer.commands.pr_findings import commented, post_inline
from nbpeer.commands.results_diff import Figures
from nbpeer.config import PullRequestConfig
from nbpeer.errors import NbpeerError
from nbpeer.forge.forge import Forge, ForgeError, TooLongError
from nbpeer.forge.sticky import same_account
from nbpeer.model.digests import digest_bytes
from nbpeer.model.marks import CHECKLIST, marks, ticked
from nbpeer.model.packet import FigureImage
from nbpeer.model.posting import AnalysisPosting, Posting
from nbpeer.model.pull_request import MAY_REVIEW, Comment, PullRequest
from nbpeer.model.review import TIERS
from nbpeer.render.pr_analysis import Pictures
from nbpeer.render.pr_check import check_run
from nbpeer.render.pr_checklist import checklist_comment, checklist_marker, is_superseded, superseded_comment
from nbpeer.render.pr_inline import inline_body
from nbpeer.render.pr_summary import MARK, MOST_COMMENT, MOST_STEP, POSTED, Around, fitting, summary_forms

# Each is a comment, and a notification; who changes more at once is asked in the terminal.
MOST_CHECKLISTS = 25
_MOST_ASKED = 5
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?")
Done = TypeVar("Done")


class Posted(msgspec.Struct, frozen=True):
    """What was done to a pull request. `moved` is its head when that is not the one that was looked at: nothing was
    posted then. `summary` is its address, "" for none; `form` is how short it is, from 0, the whole; `asked` are the
    people asked to review."""

    number: int
    head: str
    moved: str = ""
    summary: str = ""
    form: int = 0
    checklists: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    inline: int = 0
    fixed: int = 0
    unplaced: int = 0
    check: str = ""
    asked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def post(forge: Forge, number: int, posting: Posting, config: PullRequestConfig, around: Around) -> Posted:
    """Post or update the review of one pull request: inline comments, check run, summary, checklists, labels.

    Where no analysis changed nobody is notified: a summary is only brought up to date. Raises ForgeError when the
    summary or a checklist cannot be written; what else the forge refuses is a note.
    """
    pull = forge.pull_request(number)
    if pull.head_sha != posting.head:
        return Posted(number, posting.head, moved=pull.head_sha)
    me, comments = forge.myself(), forge.comments(number)
    mine = [comment for comment in comments if same_account(comment.author, me)]
    inline = post_inline(forge, number, posting, me, _refused(mine, posting.head))
    listed, unlisted = posting.analyses[:MOST_CHECKLISTS], posting.analyses[MOST_CHECKLISTS:]
    around = around._replace(
        unplaced=inline.unplaced, refused=inline.refused, unlisted=tuple(one.path for one in unlisted)
    )
    forms = tuple(summary_forms(posting, around))
    run = check_run(posting, next(fitting(iter(forms))), around.packet)
    check, check_note = _attempt(lambda: forge.annotate(run), "the check run")
    said = posting.analyses or posting.removed or posting.notes or any(MARK in comment.body for comment in mine)
    summary, form = _write_summary(forge, number, forms) if said else (None, 0)
    checklists = tuple(_write_checklist(forge, number, one).url for one in listed)
    superseded = _supersede(forge, number, mine, {one.path for one in posting.analyses})
    asked, asked_note = _attempt(lambda: _ask(forge, pull, posting, config), "reviewers")
    _, label_note = _attempt(lambda: _label(forge, number, posting, config), "labels")
    notes = (inline.note, check_note, asked_note, label_note)
    return Posted(
        number=number,
        head=posting.head,
        summary=summary.url if summary else "",
        form=form,
        checklists=checklists,
        superseded=superseded,
        inline=inline.posted,
        fixed=inline.fixed,
        unplaced=len(inline.unplaced),
        check=check or "",
        asked=asked or (),
        notes=tuple(note for note in notes if note),
    )


def texts(posting: Posting, around: Around) -> Iterator[tuple[str, str]]:
    """What would be posted, as pairs of a title and Markdown: for a look without a forge."""
    yield "summary", next(fitting(summary_forms(posting, around)))
    for analysis in posting.analyses[:MOST_CHECKLISTS]:
        yield f"checklist of {analysis.path}", checklist_comment(analysis)
    for fingerprint, placed in commented(posting).items():
        yield f"{placed.finding.path}, line {placed.line}", inline_body(placed, fingerprint)


def uploaded(forge: Forge, figures: Figures) -> dict[str, tuple[Pictures, ...]]:
    """Keep the pictures of figures where comments can show them, named by their content; by path of the analysis.

    What the forge cannot keep is left out. Raises ForgeError.
    """
    return {path: tuple(_uploaded(forge, image) for image in images) for path, images in figures.items() if images}


def _uploaded(forge: Forge, image: FigureImage) -> Pictures:
    def keep(content: bytes) -> str:
        return forge.upload_image(f"{digest_bytes(content)[7:39]}.png", content) if content else ""

    return Pictures(image.name, keep(image.before), keep(image.after), keep(image.difference))


def write_step_summary(path: Path, posting: Posting, around: Around) -> None:
    """Add the longest form that fits to the job's step summary. Raises NbpeerError when it cannot be written."""
    text = next(fitting(summary_forms(posting, around), MOST_STEP))
    try:
        with path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(f"{text}\n")
    except OSError as error:
        said = f"the step summary {path} could not be written ({error.strerror})"
        raise NbpeerError(said, "GITHUB_STEP_SUMMARY names a file; unset it elsewhere") from None


def _refused(mine: list[Comment], head: str) -> tuple[str, ...]:
    """The fingerprints that the forge would not take at this head, as our summary remembers them."""
    states = (one for comment in mine if MARK in comment.body for one in marks(comment.body) if one.kind == POSTED)
    found = next((one.values.get("refused", "") for one in states if one.values.get("head") == head), "")
    return tuple(key for key in found.split(",") if key)


def _write_summary(forge: Forge, number: int, forms: tuple[str, ...]) -> tuple[Comment, int]:
    """The summary in the longest form that fits and the forge takes, and which that is."""
    refusal: TooLongError | None = None
    for form in fitting(iter(forms), MOST_COMMENT):
        try:
            return forge.upsert_comment(number, MARK, _always(form)), forms.index(form)
        except TooLongError as error:
            refusal = error
    raise refusal or TooLongError("the forge takes no summary, however short", "see the step summary or the packet")


def _write_checklist(forge: Forge, number: int, analysis: AnalysisPosting) -> Comment:
    def body(brief: bool) -> Callable[[str], str]:
        return lambda current: checklist_comment(
            analysis, frozenset() if is_superseded(current) else ticked(current), brief=brief
        )

    marker = checklist_marker(analysis.path)
    if len(checklist_comment(analysis).encode("utf-8", "replace")) <= MOST_COMMENT:
        try:
            return forge.upsert_comment(number, marker, body(brief=False))
        except TooLongError:
            pass
    return forge.upsert_comment(number, marker, body(brief=True))


def _supersede(forge: Forge, number: int, mine: list[Comment], paths: set[str]) -> tuple[str, ...]:
    """Mark the checklists of analyses that are not in the pull request any more."""
    done = []
    for comment in mine:
        found = next((one for one in marks(comment.body) if one.kind == CHECKLIST), None)
        path = found.values.get("path", "") if found else ""
        if found and found.start == 0 and path and path not in paths and not is_superseded(comment.body):
            forge.upsert_comment(number, checklist_marker(path), superseded_comment)
            done.append(path)
    return tuple(done)


def _ask(forge: Forge, pull: PullRequest, posting: Posting, config: PullRequestConfig) -> tuple[str, ...]:
    """Ask the people that the front matter names, if the configuration says so and they may review."""
    if not config.request_reviewers or pull.draft:
        return ()
    named = dict.fromkeys(login.removeprefix("@") for one in posting.analyses for login in one.ask)
    seen = {review.author.login.lower() for review in forge.reviews(pull.number)} | {pull.author.login.lower()}
    new = [login for login in named if _LOGIN.fullmatch(login) and login.lower() not in seen][:_MOST_ASKED]
    asked = tuple(login for login in new if forge.permission(login) in MAY_REVIEW)
    if asked:
        forge.request_reviewers(pull.number, asked)
    return asked


def _label(forge: Forge, number: int, posting: Posting, config: PullRequestConfig) -> None:
    add: list[str] = []
    remove: list[str] = []
    if config.label_tier:
        tiers = [f"nbpeer: tier {tier.replace('_', '-')}" for tier in TIERS]
        worst = max((TIERS.index(one.tier) for one in posting.analyses), default=-1)
        add += tiers[worst : worst + 1] if worst >= 0 else []
        remove += [label for label in tiers if label not in add]
    if add or remove:
        forge.label(number, tuple(add), tuple(remove))


def _attempt(act: Callable[[], Done], what: str) -> tuple[Done | None, str]:
    """What an act gives, or a note that the forge refused it."""
    try:
        return act(), ""
    except ForgeError as error:
        return None, f"{what} could not be posted: {error.message}"


def _always(text: str) -> Callable[[str], str]:
    return lambda current: text
