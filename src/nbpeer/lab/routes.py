"""Every address, and what asks and answers there. `docs/lab.md` lists them; a test holds the two together."""

from __future__ import annotations

from nbpeer.lab.about import AboutAsked, about
from nbpeer.lab.handler import Route
from nbpeer.lab.overview import OverviewAsked, overview

ROUTES: dict[str, dict[str, Route]] = {
    "about": {"GET": Route(AboutAsked, about)},
    "overview": {"GET": Route(OverviewAsked, overview)},
}
