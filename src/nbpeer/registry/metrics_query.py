"""The query of a metric in the dialect asked for."""

from __future__ import annotations

from nbpeer.errors import NbpeerError
from nbpeer.model.metric import Metric
from nbpeer.sql.compose import transpiled
from nbpeer.sql.read import checked_dialect


def metric_query(metric: Metric, dialect: str = "", folder: str = "") -> str:
    """The query of a metric, laid out over lines; in `dialect`, "" the one its registry writes it in.

    Files that it reads are named as from `folder`, the way to the repository's top.

    Raises NbpeerError for a dialect that is not there, and a metric that SQL cannot be given for.
    """
    if not metric.query:
        raise NbpeerError(f"{metric.name} has no SQL: {metric.problem}", "ask the tool that defines it for the query")
    wanted = checked_dialect(dialect) or metric.dialect
    written = {metric.dialect: metric.query, **dict(metric.queries)}
    own = wanted if wanted in written else metric.dialect
    return transpiled(written[own], own, wanted, metric.name, folder)
