"""A notebook made ready for execution as papermill makes it: its metadata, and a cell with the parameters."""

from __future__ import annotations

import importlib.metadata
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import msgspec

from nbpeer.errors import NbpeerError, missing_extra
from nbpeer.run.nbjson import from_json, to_json

if TYPE_CHECKING:
    from nbpeer.run.execute import Job

_TRANSIENT = ("signature", "orig_nbformat", "orig_nbformat_minor")
_ERROR_MARKER = "papermill-error-cell-tag"


class _CellMetadata(msgspec.Struct):
    tags: list[str] = []


class _Code(msgspec.Struct, tag_field="cell_type", tag="code"):
    metadata: _CellMetadata
    source: str
    outputs: list[dict[str, Any]]
    execution_count: int | None
    id: str = ""


class _Text(msgspec.Struct, tag_field="cell_type", tag="markdown"):
    metadata: _CellMetadata
    source: str
    id: str = ""
    attachments: dict[str, dict[str, Any]] = {}


class _Raw(_Text, tag_field="cell_type", tag="raw"):
    pass


class _Notebook(msgspec.Struct):
    """What a notebook surely has when nbformat need not look at it."""

    nbformat: Literal[4]
    nbformat_minor: Literal[0, 1, 2, 3, 4, 5]
    metadata: dict[str, Any]
    cells: list[_Code | _Text | _Raw]


def prepared(job: Job) -> Any:
    """The notebook as papermill executes it, with attributes or as plain values. No path in it is absolute.

    Raises NbpeerError when it is not valid, when papermill cannot write parameters in its language, and when
    papermill is needed and not installed.
    """
    node = (None if job.parameters else _plain_values(job)) or _by_papermill(job)
    node["cells"] = [cell for cell in node["cells"] if _ERROR_MARKER not in cell["metadata"].get("tags", [])]
    if job.report_mode:
        for cell in node["cells"]:
            if cell["cell_type"] == "code":
                cell["metadata"].setdefault("jupyter", {})["source_hidden"] = True
    node["metadata"]["papermill"].update(input_path=job.notebook.path, output_path=job.output)
    return node


def with_attributes(node: Any) -> Any:
    """The notebook as nbformat's nodes, for papermill and nbclient."""
    import nbformat

    return nbformat.from_dict(node)


def text(node: Any) -> bytes:
    """The bytes of the notebook's file."""
    if type(node) is dict:
        return to_json(node)
    import nbformat

    return str(nbformat.writes(with_attributes(node))).encode("utf-8", "surrogatepass") + b"\n"


def _plain_values(job: Job) -> Any:
    """The notebook when it is of the current format and whole, without the seconds that nbformat and papermill take
    to import; else None."""
    try:
        node = from_json(job.notebook.raw)
        checked = msgspec.convert(node, _Notebook)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    node["nbformat_minor"] = 5
    ids = [cell.id or uuid4().hex[:8] for cell in checked.cells]
    if len(set(ids)) < len(ids):
        return None
    node["metadata"] = {key: value for key, value in node["metadata"].items() if key not in _TRANSIENT}
    nothing: dict[str, Any] = {"default_parameters": {}, "parameters": {}, "environment_variables": {}}
    node["metadata"].setdefault("papermill", {**nothing, "version": _papermill_version()})
    for cell, name in zip(node["cells"], ids, strict=True):
        cell["id"] = name
        cell["metadata"].pop("trusted", None)
        cell["metadata"].setdefault("tags", [])
        cell["metadata"].setdefault("papermill", {})
    return node


@cache
def _papermill_version() -> str:
    try:
        return importlib.metadata.version("papermill")
    except importlib.metadata.PackageNotFoundError:
        raise missing_extra("running a notebook", "run") from None


def _by_papermill(job: Job) -> Any:
    try:
        import nbformat
        from papermill.exceptions import PapermillException
        from papermill.iorw import load_notebook_node
        from papermill.parameterize import parameterize_notebook
    except ImportError:
        raise missing_extra("running a notebook", "run") from None
    path = job.notebook.path
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbformat adds the ids that a notebook lacks, and warns
        try:
            node = nbformat.reads(job.notebook.raw.decode("utf-8-sig", "surrogatepass"), as_version=4)
            nbformat.validate(node, relax_add_props=True)
        except (nbformat.ValidationError, AttributeError, TypeError, KeyError) as error:
            problem = str(error).splitlines()[0]
            raise NbpeerError(f"{path} is not a valid notebook ({problem})", "open it in JupyterLab, save it") from None
        node = load_notebook_node(node)
    if not job.parameters:
        return node
    name, language = job.kernel[:2]
    try:
        return parameterize_notebook(
            node, job.parameters, job.report_mode, kernel_name=name, language=language, engine_name=None
        )
    except PapermillException:
        raise NbpeerError(f"{path}: papermill cannot write parameters in {language or name}", "run without") from None
