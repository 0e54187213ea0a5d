"""The document that one job hands to another."""

import json
from pathlib import Path

from nbpeer.model.posting import posting_schema, slim
from render import sample

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "posting.json"


def test_the_schema_of_the_document_is_documented() -> None:
    assert json.loads(SCHEMA.read_text()) == posting_schema(), (
        "write it again: python -c 'from nbpeer.model.posting import *; import json; "
        "print(json.dumps(posting_schema(), indent=2))' > docs/schemas/posting.json"
    )


def test_a_slim_comparison_has_what_a_comment_shows_and_stays_as_it_is() -> None:
    whole = sample.compared()
    found = slim(whole)
    assert [(one.before, one.after) for one in found.changed_cells] != []
    assert len(found.cells) == len(whole.changed_cells)
    assert all(
        not cell.metadata and not cell.raw_outputs for one in found.cells for cell in (one.before, one.after) if cell
    )
    assert found.results == whole.results
    assert slim(found) == found
