"""docs/forges.md names every verb and every file of the folder."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from nbpeer.forge.folder_files import Settings
from nbpeer.forge.forge import Forge
from nbpeer.model.pull_request import PullRequest

PAGE = (Path(__file__).parents[2] / "docs" / "forges.md").read_text()


def test_the_page_lists_every_verb_and_no_other() -> None:
    table = PAGE.partition("## The verbs")[2].partition("\n## ")[0]
    listed = {verb for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for verb in re.findall(r"`(\w+)`", row)}
    assert listed == {name for name in vars(Forge) if not name.startswith("_")}


def test_the_examples_of_files_are_read_as_they_stand() -> None:
    pull, settings = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert msgspec.json.decode(pull, type=PullRequest).author.login == "bob"
    assert msgspec.json.decode(settings, type=Settings).people[0].permission == "write"
