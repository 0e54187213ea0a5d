"""Every address, and what asks and answers there. `docs/lab.md` lists them; a test holds the two together."""

from __future__ import annotations

from nbpeer.lab.about import AboutAsked, CatalogueAsked, about, catalogue
from nbpeer.lab.changes import changes
from nbpeer.lab.checks import FixAsked, RuleAsked, WaiveAsked, check, fix, rule, waive_finding
from nbpeer.lab.compared import CompareAsked
from nbpeer.lab.handler import Route
from nbpeer.lab.nbdime import nbdime
from nbpeer.lab.opened import OpenAsked
from nbpeer.lab.overview import OverviewAsked, overview
from nbpeer.lab.results import results
from nbpeer.lab.review import ReviewAsked, review
from nbpeer.lab.signoffs import sign_offs
from nbpeer.lab.sittings import SaveAsked, SignAsked, SittingAsked, look, save, sign_off

ROUTES: dict[str, dict[str, Route]] = {
    "about": {"GET": Route(AboutAsked, about)},
    "catalogue": {"GET": Route(CatalogueAsked, catalogue)},
    "changes": {"GET": Route(CompareAsked, changes)},
    "check": {"POST": Route(OpenAsked, check)},
    "fix": {"POST": Route(FixAsked, fix, "write")},
    "nbdime": {"GET": Route(CompareAsked, nbdime)},
    "overview": {"GET": Route(OverviewAsked, overview)},
    "results": {"GET": Route(ReviewAsked, results)},
    "review": {"GET": Route(ReviewAsked, review)},
    "rule": {"GET": Route(RuleAsked, rule)},
    "sign": {"POST": Route(SignAsked, sign_off, "write")},
    "signoffs": {"GET": Route(ReviewAsked, sign_offs)},
    "sitting": {"GET": Route(SittingAsked, look), "PUT": Route(SaveAsked, save, "write")},
    "waive": {"POST": Route(WaiveAsked, waive_finding, "write")},
}
