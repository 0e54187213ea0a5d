"""Rules about security and privacy: what must not travel with an analysis."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from nbpeer.checks.disclosure import disclosures
from nbpeer.checks.paths import home_in_text, machine_path, machine_path_in_command
from nbpeer.checks.personal import personal_data
from nbpeer.checks.program import Program
from nbpeer.checks.rule import CheckContext, Hit, rule
from nbpeer.checks.texts import output_texts
from nbpeer.model.finding import Severity, Suggestion


@rule("NBP601", "secret", "error", needs=("detect-secrets",))
def secret(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A credential in source or output.

    ## What it does
    Looks for keys, tokens, passwords and private keys in the decoded source of every cell and in text outputs
    (detect-secrets' plug-ins). Hashes and images do not count. What was found is never shown.

    ## Why is this bad?
    Whoever can read the repository can use it, now and in its history for ever.

    ## Bad
    ```python
    connection = connect("postgresql://analyst:k9Vt2mQxP7@db.example.org/sales")
    ```

    ## Good
    ```python
    import os
    connection = connect(os.environ["SALES_DATABASE_URL"])
    ```

    ## How to fix
    Revoke the credential first: it is out. Then read it from the environment or a secret store; clear the output.

    ## Source
    Duck Book, "Quality assurance of code"; detect-secrets; gitleaks#2055 (keys missed in notebooks).
    """
    for found in program.secrets or ():
        where = "" if found.line else f" in the output ({found.where})"
        article = "an" if found.kind[0] in "aeiouAEIO" else "a"
        suggestion = None if found.line else _CLEARED
        message = f"this looks like {article} {found.kind}{where}"
        yield Hit(message, found.cell, found.line, found.column, suggestion=suggestion)


@rule("NBP602", "pii-output", "error")
def pii_output(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Personal data among the outputs.

    ## What it does
    Looks for e-mail addresses, telephone numbers and national identifiers (US, UK) in text outputs. Addresses of roles
    and of reserved domains do not count. What was found is never shown.

    ## Why is this bad?
    A table printed to look at it puts people's data where it has no business, and no retention rule reaches it.

    ## Bad
    ```python
    print(users.head())
    ```
    ```output
       user_id                    email
    0      104  first.last@gmx.net
    ```

    ## Good
    ```python
    print(users["user_id"].nunique())
    ```
    ```output
    1843
    ```

    ## How to fix
    Clear the output (`nbpeer strip`), and show counts instead of rows.

    ## Source
    Handbook on statistical disclosure control for outputs (SDC); UK and EU GDPR, data minimisation.
    """
    counts: dict[tuple[int, str], int] = {}
    for output in output_texts(program.notebook):
        for kind, _ in personal_data(output.text):
            place = (output.cell.index, kind)
            counts[place] = counts.get(place, 0) + 1
    for (index, kind), count in counts.items():
        message = f"the output shows personal data: {kind} ({count})"
        yield Hit(message, program.notebook.cells[index], suggestion=_CLEARED)


@rule("NBP603", "small-counts", "warning")
def small_counts(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A table that tells of so few people that it may tell who they are.

    ## What it does
    Looks in tables among the outputs and in the recorded named results for counts of people or rows (columns such as
    `n`, `count`, `users`, `patients`) from 1 to below `small-count` (10 unless configured), and for tables with one
    person a row (columns such as `user_id`, `e-mail`). In outputs, a column that does not say what it counts is an
    info.

    ## Why is this bad?
    Whoever knows one of three patients of a village knows what the table says of them.

    ## Bad
    ```python
    print(by_village)
    ```
    ```output
      village  patients
    0   North       212
    1   South         3
    ```

    ## Good
    ```python
    print(by_village)
    ```
    ```output
      village  patients
    0   North       212
    1   Other        41
    ```

    ## How to fix
    Put small groups together, round the counts, or show shares of the larger groups only; never print rows of people.

    ## Source
    Handbook on statistical disclosure control for outputs (SDC); ACRO's default threshold of 10.
    """
    yield from disclosures(program, context.results, context.config.small_count)


@rule("NBP604", "machine-path", "warning")
def machine_path_used(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A path that only one machine has.

    ## What it does
    Looks for absolute paths of home folders, drives, mounts and notebook services in code, in magics and in shell
    commands, and for home folders in text outputs. In warnings about installed packages it is only an info.

    ## Why is this bad?
    The notebook runs nowhere else, and the path tells who ran it.

    ## Bad
    ```python
    import pandas as pd
    orders = pd.read_csv("/home/owner/exports/orders.csv")
    ```

    ## Good
    ```python
    import pandas as pd
    orders = pd.read_csv("data/orders.csv")
    ```

    ## How to fix
    Write the path relative to the notebook, or make it a parameter.

    ## Source
    Pimentel et al. 2019; Julynter p1.
    """
    for part, constant in program.nodes(ast.Constant):
        if isinstance(constant.value, str) and (path := machine_path(constant.value)):
            yield part.at(constant, f"`{path}` is a path of one machine")
    for item in program.magics:
        if item.magic.kind != "help" and (path := machine_path_in_command(item.magic.text)):
            yield Hit(f"`{path}` is a path of one machine", item.cell, item.magic.line)
    reported = set()
    for output in output_texts(program.notebook):
        found = home_in_text(output.text)
        if found and output.cell.index not in reported:
            reported.add(output.cell.index)
            packages_only = output.diagnostic and found[1]
            message = f"the output ({output.where}) names the home folder `{found[0]}`"
            severity: Severity | None = "info" if packages_only else None
            yield Hit(message, output.cell, fix=_CLEAR, severity=severity, suggestion=_CLEARED)


@rule("NBP605", "output-too-big", "warning")
def output_too_big(program: Program, context: CheckContext) -> Iterator[Hit]:
    """An output too big for a repository.

    ## What it does
    Measures each stored output against `max-output-bytes` (1 MB unless configured).

    ## Why is this bad?
    Every clone carries it for ever, and no reviewer can open the notebook's page.

    ## Bad
    ```python
    print(rows)
    ```
    ```output repeated 30000 times
    a row of data that nobody will ever read
    ```

    ## Good
    ```python
    print(len(rows))
    ```
    ```output
    30000
    ```

    ## How to fix
    Show a summary, lower the picture's resolution, or strip the output (`nbpeer strip`).

    ## Source
    Duck Book, "Quality assurance of code"; nbstripout `--max-size`.
    """
    limit = context.config.max_output_bytes
    for cell in program.notebook.cells:
        for raw in cell.raw_outputs:
            size = len(bytes(raw)) if isinstance(raw, msgspec.Raw) else len(msgspec.json.encode(raw))
            if size > limit:
                message = f"an output has {size:,} bytes, more than {limit:,}"
                yield Hit(message, cell, suggestion=_CLEARED)


# Outputs are no part of the source digest, and named results are recorded beside the notebook.
_CLEARED = Suggestion(clear_outputs=True, safe=True)
_CLEAR = "Clear the output (`nbpeer strip`)."
