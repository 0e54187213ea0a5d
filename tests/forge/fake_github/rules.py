"""What GitHub does and its OpenAPI description does not say, each with where it was seen or is written."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    what: str
    source: str


MOST_COMMENT = 65_536
MOST_DESCRIPTION = 140
MOST_FILES = 300
MOST_DIFF_LINES = 20_000
PATCH_LINES = 3_000

RULES = {
    "comment length": Rule(
        f"a comment of more than {MOST_COMMENT} characters is refused with 422 and named too long",
        "terragrunt-action#72; longer ones were seen accepted (amd/IRON#183), so this is the strict end",
    ),
    "line in a hunk": Rule(
        "an inline comment stands on a line of a hunk of merge base...head; one that does not refuses its whole review",
        "suggest-changes#28; reviewdog posts only on lines of the diff for this reason",
    ),
    "diff too large": Rule(
        f"a file past {MOST_DIFF_LINES} lines of diff, or past the pull request's {MOST_DIFF_LINES} lines or "
        f"{MOST_FILES} files, has no lines to comment on: 422 'Path diff too large'",
        "docs: repository limits; ReviewNB/support#13, agu24workshop#9",
    ),
    "patch left out": Rule(
        f"`patch` is absent for large files (here: past {PATCH_LINES} lines)",
        "RefactoringMiner#1109 saw it at 2,081 lines; the threshold is a guess",
    ),
    "commit of a review": Rule(
        "a review's and an inline comment's commit must be of the pull request: 422 after a force-push",
        "reviewdog#1696; the message is a guess",
    ),
    "own pull request": Rule("nobody approves their own pull request: 422", "docs: about pull request reviews"),
    "author not asked": Rule("a review cannot be asked of the author: 422", "seen in many logs of Actions"),
    "check runs need an app": Rule(
        "a person's token may read check runs, not write them: 403", "OpenAPI, prose of checks/create"
    ),
    "annotations add up": Rule(
        "a PATCH of a check run adds its annotations to those there", "OpenAPI, prose of checks/update"
    ),
    "status description": Rule(
        f"a description of more than {MOST_DESCRIPTION} characters is refused with 422", "seen, not documented"
    ),
    "token of an installation": Rule(
        "GraphQL's viewer of an installation token is `NAME[bot]`; an actor of type Bot has no `[bot]` in its login",
        "marocchino/sticky-pull-request-comment compares them so",
    ),
    "edit history": Rule(
        "`userContentEdits` is newest first, null or empty until the first edit, then begins with the original; `diff` "
        "is the whole text",
        "GitHub community discussions; clients that show the history rely on it",
    ),
    "commit to pull request": Rule(
        "commits/SHA/pulls does not list pull requests from forks", "peter-evans and others search by head instead"
    ),
    "queue branch": Rule(
        "a merge queue's branch is gh-readonly-queue/BASE/pr-NUMBER-SHA, SHA being the commit it stands on",
        "GitHub's merge_group examples; firezone#13268 for what it stands on",
    ),
    "status member": Rule(
        "a live error carries `status`, which its schemas leave out", "recorded answers of @octokit/fixtures"
    ),
}
