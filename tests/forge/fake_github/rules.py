"""What GitHub does and its OpenAPI description does not say, each with where it was seen or is written.

A source that begins with "not looked up" is what people remember, and nobody has read where it comes from.
"""

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
MOST_COMMITS = 250

RULES = {
    "comment length": Rule(
        f"a comment of more than {MOST_COMMENT} characters is refused with 422 and named too long",
        "terragrunt-action#72; longer ones were seen accepted (amd/IRON#183), so this is the strict end",
    ),
    "line in a hunk": Rule(
        "an inline comment stands on a line of a hunk of merge base...head; one that does not refuses its whole review",
        "suggest-changes#28",
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
        "a review's and an inline comment's commit must be of the pull request, which after a force-push it is not, "
        "else 422: 'The commitOID is not part of the pull request' for a review, 'commit_id is not part of the pull "
        "request' for a comment",
        "reviewdog/reviewdog#434; packsaddle/ruby-saddler#45",
    ),
    "own pull request": Rule("nobody approves their own pull request: 422", "docs: about pull request reviews"),
    "author not asked": Rule(
        "a review cannot be asked of the author: 422 'Review cannot be requested from pull request author.', and "
        "nobody else of the same request is asked then",
        "peter-evans/create-pull-request#1835; Madrapps/add-reviewers#5",
    ),
    "check runs need an app": Rule(
        "a person's token may read check runs, not write them: 403", "OpenAPI, prose of checks/create"
    ),
    "annotations add up": Rule(
        "a PATCH of a check run adds its annotations to those there", "OpenAPI, prose of checks/update"
    ),
    "status description": Rule(
        f"a description of more than {MOST_DESCRIPTION} characters is refused with 422",
        "zalando/zappr#378; sclorg/testing-farm-as-github-action#187",
    ),
    "token of an installation": Rule(
        "GraphQL's viewer of an installation token is `NAME[bot]`; an actor of type Bot has no `[bot]` in its login",
        "marocchino/sticky-pull-request-comment, src/comment.ts: it takes `[bot]` off the viewer's login to compare",
    ),
    "limits of GraphQL": Rule(
        "a query over the primary limit is answered with 200 and an error of type RATE_LIMITED, with REST's headers",
        "docs: rate limits for the GraphQL API; its message in orgs/community#184351",
    ),
    "edit history": Rule(
        "`userContentEdits` is newest first, null or empty until the first edit, then begins with the original; `diff` "
        "is the whole text",
        "git-bug/git-bug, bridge/github: import_mediator.go turns the list around, import.go takes the first for the "
        "comment's creation and `diff` for its text; that a deleted version keeps editor and time: cli/cli#14387",
    ),
    "commit to pull request": Rule(
        "commits/SHA/pulls does not list pull requests from forks",
        "quarkusio/pt.quarkus.io#389, which searches by the head's owner and branch instead",
    ),
    "commits of a pull request": Rule(
        f"its list of commits is oldest first and ends after {MOST_COMMITS}; here an address of example.org is that of "
        "the account of its name",
        "OpenAPI, prose of pulls/list-commits; that it is oldest first is not looked up",
    ),
    "authors of a commit": Rule(
        "GraphQL's Commit.authors has the git author and those of Co-authored-by trailers, each with the account that "
        "the address belongs to or null; a commit of a fork's pull request is found by its hash",
        "the schema's own prose; that a fork's commit is found is not looked up",
    ),
    "rights of a job": Rule(
        "a token does what its job's permissions allow, else 403 'Resource not accessible by integration'; comments "
        "and labels of a pull request need pull-requests: write, reading needs the right to read, as in a private "
        "repository",
        "docs: permissions required for GitHub Apps, which take issues: write for comments too; that it was refused: "
        "indexable-inc/index#582",
    ),
    "queue branch": Rule(
        "a merge queue's branch is gh-readonly-queue/BASE/pr-NUMBER-SHA, SHA being the commit it stands on",
        "GitHub's merge_group examples; firezone#13268 for what it stands on",
    ),
    "status member": Rule(
        "a live error carries `status`, which its schemas leave out", "an answer quoted in indexable-inc/index#582"
    ),
}
