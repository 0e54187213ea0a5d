"""The check run of a pull request: what rules, certificate and expectations say, at the lines they say it of."""

from __future__ import annotations

from nbpeer.model.posting import PlacedFinding, Posting
from nbpeer.model.pull_request import Annotation, CheckRun, Level
from nbpeer.render.escape import log_line
from nbpeer.render.pr_words import failed_expectations, headline, place, severities, unmet

NAME = "nbpeer"
# GitHub takes 50 a request, and a document of a stranger's may hold any number: more nobody reads.
MOST_ANNOTATIONS = 1_000
_LEVELS: dict[str, Level] = {"error": "failure", "warning": "warning", "info": "notice"}


def check_run(posting: Posting, summary: str, details: str = "") -> CheckRun:
    """The check run on the head. It fails when there is something to mend: all that the gate asks but sign-offs. It is
    neutral when something could not be compared.

    `summary` is Markdown, `details` the address of a page with more. The first 1,000 findings are annotations, errors
    before others within each analysis.
    """
    against = sum(bool(unmet(one)) for one in posting.analyses)
    lost = any(one.diff.problem for one in posting.analyses)
    found = [placed for one in posting.analyses for placed in one.open_findings]
    failed = sum(len(failed_expectations(one)) for one in posting.analyses)
    said = [severities(found) or "no findings", f"{failed} expectations did not hold" if failed else ""]
    return CheckRun(
        name=NAME,
        sha=posting.head,
        conclusion="failure" if against else "neutral" if lost else "success",
        title=f"{headline(posting)}; {', '.join(part for part in said if part)}",
        summary=summary,
        annotations=tuple(map(_annotation, found[:MOST_ANNOTATIONS])),
        details_url=details,
    )


def _annotation(placed: PlacedFinding) -> Annotation:
    finding = placed.finding
    fix = f"\nFix: {finding.fix}" if finding.fix else ""
    return Annotation(
        path=finding.path,
        line=placed.line or 1,
        level=_LEVELS[finding.severity],
        title=log_line(f"{finding.code} {finding.name}"),
        message=log_line(f"{place(finding)}: {finding.message}{fix}"),
    )
