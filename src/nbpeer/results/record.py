"""What goes into the results file after a run."""

from __future__ import annotations

from nbpeer.model.result import Certificate, NamedResult, ResultSet, ResultsFile
from nbpeer.results.compare import compare_result


def record(previous: ResultsFile | None, certificate: Certificate, found: ResultSet) -> ResultsFile:
    """The results file of a run that found `found`.

    When source, parameters and inputs are those of `previous`, a recorded value that the run reproduced within its
    tolerance is kept, because it is the value that was reviewed (docs/architecture.md). Otherwise the exact new
    values are recorded.
    """
    kept = previous.results if previous and _same_work(previous.certificate, certificate) else {}
    return ResultsFile(
        certificate,
        {result.name: _reviewed(kept.get(result.name), result) for result in found.results},
        {expectation.name: expectation for expectation in found.expectations},
        found.caveats,
        found.metrics,
    )


def _same_work(one: Certificate, other: Certificate) -> bool:
    return (one.source, one.parameters, one.inputs) == (other.source, other.parameters, other.inputs)


def _reviewed(recorded: NamedResult | None, found: NamedResult) -> NamedResult:
    if recorded is None or _terms(recorded) != _terms(found):
        return found
    verdict = compare_result(recorded, found).verdict
    return recorded if verdict in ("unchanged", "within_tolerance") else found


def _terms(result: NamedResult) -> tuple[str, str, float, float]:
    return result.type, result.unit, result.tolerance, result.relative_tolerance
