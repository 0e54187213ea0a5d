"""Rules about structure: what an analysis has to say, and whether it says it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from difflib import get_close_matches

from nbpeer.checks.claims import Claim, claims, evidence
from nbpeer.checks.program import Program
from nbpeer.checks.rule import CheckContext, Hit, rule
from nbpeer.checks.sections import Section, plain_title, prose_lines, sections
from nbpeer.errors import NbpeerError
from nbpeer.model.front_matter import FrontMatter, FrontMatterError, front_matter_text, parse_front_matter
from nbpeer.model.kind import Kind
from nbpeer.model.notebook import Notebook, parse_notebook


@rule("NBP201", "metadata-incomplete", "error")
def metadata_incomplete(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Front matter that is missing, not valid, or lacks what its kind asks for.

    ## What it does
    Reads the front matter (YAML between two lines of `---` in the first cell) and compares it with what the kind's
    template requires.

    ## Why is this bad?
    Without question, decision and owner nobody can say whether the analysis answered it, nor what to review it for.

    ## Bad
    ```yaml
    title: Price test
    kind: exploratory
    question:
    ```

    ## Good
    ```yaml
    title: Price test
    kind: exploratory
    question: Do lower prices bring more first orders?
    decision: Keep the price or lower it
    ```

    ## How to fix
    Fill in the keys; `nbpeer new KIND PATH` starts an analysis with all of them.

    ## Source
    AQuA Book, 2nd edition (2025): scope, commissioner and decision are recorded before the work.
    """
    try:
        found = parse_front_matter(program.notebook)
    except FrontMatterError as error:
        key = f"`{error.key}` " if error.key else ""
        yield Hit(f"front matter: {key}{error.problem}", program.notebook.cells[0], error.line, 1)
        return
    if found is None:
        yield Hit("there is no front matter, so nothing says which question this answers")
    else:
        yield from _wrong_kind(program.notebook, found, context)
        yield from _missing_keys(program.notebook, found, context.kind)


@rule("NBP202", "section-missing", "warning")
def section_missing(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A section of the kind's template that is absent or empty.

    ## What it does
    Looks for each heading that the kind asks for, at any level, and for something under it: text or code.

    ## Why is this bad?
    A reader looks for limitations, and for what would change the conclusion, where they always are. Not finding them
    they take them for granted.

    ## Bad
    ```markdown
    # Summary
    Lower prices brought more first orders.

    # Limitations
    ```

    ## Good
    ```markdown
    # Summary
    Lower prices brought more first orders.

    # Limitations
    Two weeks before a holiday; later weeks may differ.
    ```

    ## How to fix
    Write the section; where there is nothing to say, say that and why.

    ## Source
    AQuA Book, 2nd edition (2025); Quaranta et al. 2022, best practices for notebooks; pynblint.
    """
    found: dict[str, Section] = {}
    for section in sections(program.notebook):
        title = plain_title(section.title)
        if title not in found or found[title].empty:
            found[title] = section
    for wanted in context.kind.sections if context.kind else ():
        present = found.get(plain_title(wanted))
        if present is None:
            yield Hit(f"there is no section “{wanted}”", fix=f"Add the heading `## {wanted}` and write it.")
        elif present.empty:
            yield Hit(f"the section “{wanted}” is empty", present.cell, present.line, 1)


@rule("NBP203", "placeholder-left", "error")
def placeholder_left(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A placeholder, or template text nobody changed.

    ## What it does
    Looks for the words of `placeholder-words` (TODO, TBD …) in Markdown, in the front matter and at the start of texts
    in code, and for sections that are word for word those of the template. A section with code under it may keep its
    text.

    ## Why is this bad?
    The analysis is not finished there, or it says something of another analysis.

    ## Bad
    ```markdown
    # Summary
    TODO what we found
    ```

    ## Good
    ```markdown
    # Summary
    Lower prices brought 3 % more first orders.
    ```

    ## How to fix
    Write what belongs there, or delete it.

    ## Source
    AQuA Book, 2nd edition (2025).
    """
    yield from _placeholders(program, context.config.placeholder_words)
    if context.kind:
        yield from _unchanged_text(program.notebook, context.kind, context.config.placeholder_words)


@rule("NBP204", "number-untraceable", "warning")
def number_untraceable(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A number in the text that the analysis did not find.

    ## What it does
    Compares each number under Summary, Results, Findings and Conclusions with the recorded named results, the outputs
    and the values the notebook sets itself (`alpha = 0.05`). Rounding is allowed for, and so are percentages of shares
    and left-out signs. Dates, references, levels of intervals, round bounds ("at most 5 %") and whole numbers below ten
    are no claims. Without results or outputs there is nothing to compare with, and NBP001 says so.

    ## Why is this bad?
    The data were refreshed and the sentence was not. People act on the sentence.

    ## Bad
    ```markdown
    # Summary
    Lower prices raised conversion by 5.2 %.
    ```
    ```results
    rise of conversion: 4.1185 %
    ```

    ## Good
    ```markdown
    # Summary
    Lower prices raised conversion by 4.1 %.
    ```
    ```results
    rise of conversion: 4.1185 %
    ```

    ## How to fix
    Correct the text, or publish the number it quotes: `nbpeer.result("rise of conversion", rise, "%")`.

    ## Source
    Duck Book, "Quality assurance of code"; the idea is statcheck's (Nuijten et al. 2016).
    """
    known = evidence(program, context)
    by_line: dict[tuple[int, int], list[Claim]] = {}
    for claim in claims(program.notebook) if known else ():
        if known and not known.supports(claim):
            by_line.setdefault((claim.cell.index, claim.line), []).append(claim)
    for found in by_line.values():
        said = ", ".join(f"`{claim.text}`" for claim in found)
        verb = "is" if len(found) == 1 else "are"
        yield Hit(f"{said} {verb} in no output and no named result", found[0].cell, found[0].line, found[0].column)


@rule("NBP205", "too-long", "info")
def too_long(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A notebook or a cell that is too long to review well.

    ## What it does
    Counts cells (more than `max-cells`, 50 unless configured) and lines of a code cell (more than `max-cell-lines`, 30
    unless configured).

    ## Why is this bad?
    Reviewers skim what is long. Errors hide best there.

    ## Bad
    ```python repeated 40 times
    total = 0
    ```

    ## Good
    ```python
    total = 0
    ```

    ## How to fix
    Move functions to a module with tests, split the notebook at its questions, drop what the conclusion does not need.

    ## Source
    The Turing Way, reviewing; pynblint. The thresholds are judgement.
    """
    cells, config = program.notebook.cells, context.config
    if len(cells) > config.max_cells:
        yield Hit(f"the notebook has {len(cells)} cells, more than {config.max_cells}")
    for cell in cells:
        lines = cell.source.count("\n") + 1
        if cell.cell_type == "code" and lines > config.max_cell_lines:
            yield Hit(f"the cell has {lines} lines, more than {config.max_cell_lines}", cell)


def _wrong_kind(notebook: Notebook, found: FrontMatter, context: CheckContext) -> Iterator[Hit]:
    kinds = ", ".join(context.known_kinds)
    if not found.kind:
        yield Hit(
            "front matter: `kind` is missing", notebook.cells[0], found.lines.get("kind", 0), fix=f"One of {kinds}."
        )
    elif found.kind not in context.known_kinds:
        close = get_close_matches(found.kind, context.known_kinds, n=1)
        meant = f"did you mean `{close[0]}`?" if close else f"there are {kinds}"
        message = f"front matter: there is no kind `{found.kind}`, {meant}"
        yield Hit(message, notebook.cells[0], found.lines.get("kind", 0), 1)


def _missing_keys(notebook: Notebook, found: FrontMatter, kind: Kind | None) -> Iterator[Hit]:
    """What the kind requires and the front matter does not say. An empty list, written out, is an answer."""
    for key in kind.required if kind else ():
        value = getattr(found, key, None) if key not in found.other else found.other[key]
        said = value not in (None, "") and (value != () or key in found.lines)
        if key == "kind" or said:
            continue
        line = found.lines.get(key, 0)
        yield Hit(
            f"front matter: `{key}` is {'empty' if line else 'missing'}", notebook.cells[0], line, 1 if line else 0
        )


def _placeholders(program: Program, words: tuple[str, ...]) -> Iterator[Hit]:
    if not words:
        return
    pattern = re.compile(r"(?<![\w/.-])(?:" + "|".join(map(re.escape, words)) + r")(?![\w/-]|\.\w)")
    text = front_matter_text(program.notebook)
    for number, line in enumerate((text or "").split("\n"), 2):
        if match := pattern.search(line.partition(" #")[0]):
            yield _placeholder(match, Hit("", program.notebook.cells[0], number))
    for prose in prose_lines(program.notebook):
        if match := pattern.search(re.sub(r"`[^`]*`", lambda code: " " * len(code.group()), prose.text)):
            yield _placeholder(match, Hit("", prose.cell, prose.number))
    for part, constant in program.nodes(ast.Constant):
        if isinstance(constant.value, str) and (match := pattern.match(constant.value)):
            hit = part.at(constant, "")
            yield hit._replace(message=f"`{match.group()}` is still here")


def _placeholder(match: re.Match[str], hit: Hit) -> Hit:
    return hit._replace(message=f"`{match.group()}` is still here", column=match.start() + 1)


def _unchanged_text(notebook: Notebook, kind: Kind, words: tuple[str, ...]) -> Iterator[Hit]:
    """Sections without code whose text is the template's; those with a placeholder word are reported for that."""
    try:
        template = parse_notebook(kind.notebook, kind.folder)
    except NbpeerError:
        return
    offered = {(plain_title(section.title), section.prose) for section in sections(template)}
    for section in sections(notebook):
        unchanged = section.prose and not section.code and (plain_title(section.title), section.prose) in offered
        if unchanged and not _mentions(section, words):
            yield Hit(f"the section “{section.title}” is still the template's text", section.cell, section.line, 1)


def _mentions(section: Section, words: tuple[str, ...]) -> bool:
    return any(word in line for line in section.prose for word in words)
