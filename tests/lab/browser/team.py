"""A team's repository with a small kind of its own, as the browser tests need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import making

if TYPE_CHECKING:
    from conftest import GitRepository

ANALYST, REVIEWER = "analyst@example.org", "reviewer@example.org"
PATH = "analyses/lower-price.ipynb"
HEADER = """---
title: Lower price
kind: price_test
question: Does the lower price raise conversion?
decision: Roll the lower price out
decision_owner: pricing lead
tier: low
data_sources:
  - name: orders
    location: analyses/orders.csv
    as_of: 2026-11-01
    licence: internal
change_my_mind: No effect in the larger half of the countries.
review_on: 2027-03-01
tags: [pricing]
---
"""
KIND = """title = "Price test"
description = "Compare two prices."
required = ["title", "question", "decision"]
sections = ["Summary"]

[[parameters]]
name = "uplift"
type = "number"
default = 0.5
minimum = 0
maximum = 5
help = "The smallest rise worth acting on, in points."

[[parameters]]
name = "country"
type = "choice"
default = "all"
choices = ["all", "de", "fr"]
help = "Whose orders to look at."
"""
CHECKLIST = "version: 1\nitems: [{id: P1, question: Same weeks for both prices?, why: seasons, evidence: [NBP302]}]\n"
READ = """import nbpeer
import pandas as pd

orders = pd.read_csv("orders.csv")
countries = pd.read_csv("countries.csv")
both = orders.merge(countries, on="user", validate="many_to_one")
"""
RESULT = """conversion = 4.12 + uplift
nbpeer.result("conversion", conversion, "%", tolerance=0.01)
nbpeer.expect("prices are positive", (orders["price"] > 0).all())
"""


def cells(title: str = "Conversion rises by more than half a point.") -> list[dict[str, object]]:
    return [
        making.markdown(f"## Summary\n\n{title}\n"),
        making.code('uplift = 0.5\ncountry = "all"\n', tags=("parameters",)),
        making.code(READ),
        making.code(RESULT),
    ]


def begin(repo: GitRepository) -> None:
    """main with data and the kind; on the branch `work` the analyst begins."""
    repo.write("nbpeer.toml", 'include = ["analyses/*.ipynb"]\n\n[check.severity]\nNBP302 = "error"\n')
    repo.write(".gitignore", ".ipynb_checkpoints/\n")
    repo.write("nbpeer_templates/price_test/template.toml", KIND)
    repo.write("nbpeer_templates/price_test/checklist.yml", CHECKLIST)
    repo.write("nbpeer_templates/price_test/analysis.ipynb", making.notebook(*cells(), header=HEADER))
    repo.write("analyses/orders.csv", "order,user,price\n1,1,9.5\n2,2,8.5\n")
    repo.write("analyses/countries.csv", "user,country\n1,de\n2,fr\n")
    repo.commit("data and kind")
    repo.git("switch", "--quiet", "-c", "work")
