"""What differs between two versions of a registry. Pure."""

from __future__ import annotations

from nbpeer.model.metric import Metric, MetricChange, MetricChangeKind, Registry

_SAID = ("owner", "status", "valid_from", "description", "grain", "time")


def registry_changes(before: Registry | None, after: Registry | None) -> tuple[MetricChange, ...]:
    """Every metric that two registries (None: there is none) say different things of, by name."""
    old = {metric.name: metric for metric in before.metrics} if before else {}
    new = {metric.name: metric for metric in after.metrics} if after else {}
    found = (_change(name, old.get(name), new.get(name)) for name in sorted({*old, *new}))
    return tuple(change for change in found if change is not None)


def _change(name: str, before: Metric | None, after: Metric | None) -> MetricChange | None:
    if before is None or after is None:
        return MetricChange(name, "removed" if after is None else "added", before, after)
    details: list[str] = []
    kind: MetricChangeKind = "described"
    if before.version != after.version:
        kind = "version"
        details.append(f"version {before.version or 'none'} → {after.version or 'none'}")
    if before.definition != after.definition:
        details += _definition(before, after)
        kind = "definition"
    details += [
        f"{key.replace('_', ' ')} {getattr(before, key) or 'none'} → {getattr(after, key) or 'none'}"
        for key in _SAID
        if getattr(before, key) != getattr(after, key)
    ]
    return MetricChange(name, kind, before, after, tuple(details)) if details else None


def _definition(before: Metric, after: Metric) -> list[str]:
    """What of a definition changed, in its document's own words."""
    said = [
        f"{what} {old or 'none'} → {new or 'none'}"
        for what, old, new in (
            ("expression", before.expression, after.expression),
            ("filter", before.filter, after.filter),
            ("reads", _relations(before), _relations(after)),
            ("problem", before.problem, after.problem),
        )
        if old != new
    ]
    if not said:
        said = (
            ["a metric it is computed of changed"] if after.inputs else ["a field or dialect it is written in changed"]
        )
    if before.version == after.version:
        said.append("its version stayed the same")
    return said


def _relations(metric: Metric) -> str:
    return ", ".join(source.relation for source in metric.sources)
