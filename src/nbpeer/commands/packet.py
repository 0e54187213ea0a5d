"""`nbpeer packet`: everything a reviewer needs about the changed analyses, in one HTML file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from nbpeer.commands.diff import analysis_diff
from nbpeer.commands.gate_base import gate_base
from nbpeer.commands.status import changed_against, compared_with, facts_for, questions_for
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.change import WORKTREE, AnalysisDiff, ChangedPath, Version
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.packet import FigureImage, NotebookView, Packet
from nbpeer.model.result import Figure, NamedResult
from nbpeer.naming import is_notebook, without_extension
from nbpeer.render.changes import version_text
from nbpeer.render.packet import packet_html, require_packet_parts
from nbpeer.repo import git
from nbpeer.repo.store import RUNS, read_executed, read_figure
from nbpeer.results.images import difference
from nbpeer.results.read import figure_pngs
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.gate import judge
from nbpeer.strip import strip

DEFAULT_OUTPUT = f"{RUNS}/packet.html"
_INJECTED = "injected-parameters"


def packets(
    root: Path,
    config: Config,
    base: str | None = None,
    paths: Sequence[str] = (),
    on_analysis: Callable[[str], None] = lambda path: None,
) -> tuple[Packet, ...]:
    """A packet for each analysis that differs between the base and the working tree, by path.

    `paths` (relative to `root`) narrow it: a folder to its changed analyses, a notebook to itself, changed or not.
    `on_analysis` is called before each. Raises NbpeerError for a base or a path that is not there, a named notebook
    that cannot be read, and when the libraries of the extra `packet` are not installed.
    """
    require_packet_parts()
    before = compared_with(root, config, base)
    trusted = gate_base(root, config, before)
    changed = {change.path: change for change in git.changed_notebooks(root, before, WORKTREE)}
    found = [change.path for change in changed_against(trusted, before)]
    named = _named(root, paths)
    folders = [path for path in paths if path not in named]
    wanted = [path for path in found if not paths or any(f in ("", ".") or path.startswith(f"{f}/") for f in folders)]
    made = []
    for path in sorted({*wanted, *named}):
        on_analysis(path)
        change = changed.get(path, ChangedPath(path, "changed", path))
        facts = facts_for(root, config, path, before)
        if facts.problem and path in named:
            raise NbpeerError(facts.problem)
        packet = _packet(root, before, change, facts)
        made.append(msgspec.structs.replace(packet, notes=(*trusted.notes, *facts.notes)))
    return tuple(made)


def write_packet(root: Path, found: Sequence[Packet], output: Path | None = None) -> Path:
    """Write the packets as one HTML file and return its path; None is the usual place, which git does not see.

    Raises NbpeerError when the file system refuses.
    """
    target = output or root / DEFAULT_OUTPUT
    if target.is_dir():
        raise NbpeerError(f"{target} is a folder", "name a file, such as packet.html")
    content = packet_html(found).encode()
    if target.is_relative_to(root / RUNS):
        write_atomic(root / RUNS / ".gitignore", b"*\n")  # also where nobody ran `nbpeer init`
    write_atomic(target, content)
    return target


def packet_file(root: Path, path: str) -> Path:
    """Where the packet of one notebook is kept when each has its own; git does not see it."""
    return root / RUNS / f"{without_extension(path)}.packet.html"


def _named(root: Path, paths: Sequence[str]) -> list[str]:
    """The notebooks among the paths. Raises NbpeerError for what is neither a notebook nor a folder."""
    named = [path for path in paths if not (root / path).is_dir()]
    for path in named:
        if not (root / path).is_file():
            raise NbpeerError(f"{path} is not there", "name a notebook or a folder of this repository")
        if not is_notebook(path):
            raise NbpeerError(f"{path} is not a notebook", "name an .ipynb file or a folder")
    return named


def _packet(root: Path, before: Version, change: ChangedPath, facts: AnalysisFacts) -> Packet:
    compared = analysis_diff(root, before, WORKTREE, change)
    current = _current(root, facts)
    executed = _executed(root, facts)
    return Packet(
        path=facts.path,
        title=facts.front_matter.title if facts.front_matter else "",
        before=version_text(before),
        after=_after(root, facts.path),
        tier=facts.checklist.tier,
        minutes=facts.checklist.minutes,
        content=facts.content,
        diff=compared,
        gate=judge(facts),
        source=facts.source,
        results_digest=facts.results_digest,
        front_matter=facts.front_matter,
        results=facts.results,
        findings=facts.findings,
        questions=questions_for(facts),
        sign_offs=facts.sign_offs,
        external=facts.external,
        figures=figures_of(root, compared, executed),
        view=NotebookView(executed.raw, executed=True) if executed else current,
    )


def _after(root: Path, path: str) -> str:
    """The commit that holds the analysis as it stands, or the working tree when none does."""
    head = git.resolve(root, "HEAD")
    differing = {change.path for change in git.changed_notebooks(root, head, WORKTREE)}
    return WORKTREE.label if path in differing else version_text(head)


def _current(root: Path, facts: AnalysisFacts) -> NotebookView | None:
    """The notebook as it is, stripped: nobody vouches for outputs that happen to be in it."""
    content = git.read(root, WORKTREE, facts.path)
    return NotebookView(strip(content), executed=False) if content and not facts.problem else None


def _executed(root: Path, facts: AnalysisFacts) -> Notebook | None:
    """The last executed notebook, when it ran exactly the present source."""
    content = read_executed(root, facts.path)
    if content is None or facts.problem:
        return None
    try:
        executed = parse_notebook(content, facts.path)
    except NbpeerError:  # a run that was cut off; the notebook itself is shown instead
        return None
    ran = any(cell.execution_count is not None for cell in executed.cells)
    return executed if ran and facts.source in (source_digest(executed), _source_of_run(executed)) else None


def _source_of_run(executed: Notebook) -> str:
    """The source digest without the cell in which papermill put the parameters of the run."""
    import msgspec

    cells = tuple(cell for cell in executed.cells if _INJECTED not in cell.tags)
    return source_digest(msgspec.structs.replace(executed, cells=cells))


def figures_of(root: Path, compared: AnalysisDiff, executed: Notebook | None = None) -> tuple[FigureImage, ...]:
    """The pictures of the named figures, as far as they were drawn on this machine."""
    try:
        drawn = figure_pngs(executed) if executed else {}
    except NbpeerError:  # the run that made it would not have recorded its results
        drawn = {}
    images = []
    for change in compared.results:
        if any(side and isinstance(side.value, Figure) for side in (change.before, change.after)):
            before = _kept(root, change.before)
            after = _kept(root, change.after) or (drawn.get(change.name, b"") if change.after else b"")
            images.append(figure_image(change.name, before, after))
    return tuple(images)


def _kept(root: Path, result: NamedResult | None) -> bytes:
    found = read_figure(root, result.value.pixels) if result and isinstance(result.value, Figure) else None
    return found or b""


def figure_image(name: str, before: bytes, after: bytes) -> FigureImage:
    """A figure on both sides (b"" for none), with the difference where both can be read and differ."""
    if not (before and after) or before == after:
        return FigureImage(name, before, after)
    try:
        share, picture = difference(before, after)
    except NbpeerError:
        return FigureImage(name, before, after)
    return FigureImage(name, before, after, picture, share)
