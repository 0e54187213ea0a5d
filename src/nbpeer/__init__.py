"""What a notebook imports: `nbpeer.result`, `figure`, `expect`, `caveat`, `metric`. Loaded when first used."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would take longer than all the git filter imports
if TYPE_CHECKING:
    from nbpeer.publish import caveat as caveat
    from nbpeer.publish import expect as expect
    from nbpeer.publish import figure as figure
    from nbpeer.publish import metric as metric
    from nbpeer.publish import result as result

__all__ = ["caveat", "expect", "figure", "metric", "result"]


def __getattr__(name: str) -> object:
    if name in __all__:
        import importlib

        return getattr(importlib.import_module("nbpeer.publish"), name)
    raise AttributeError(f"module 'nbpeer' has no attribute {name!r}")
