"""Every address, and what asks and answers there. `docs/lab.md` lists them; a test holds the two together."""

from __future__ import annotations

from nbpeer.lab.about import AboutAsked, about
from nbpeer.lab.catalogue import catalogue_entry
from nbpeer.lab.changes import changes
from nbpeer.lab.checks import FixAsked, RuleAsked, WaiveAsked, check, fix, rule, waive_finding
from nbpeer.lab.compared import CompareAsked
from nbpeer.lab.forms import SetAsked, parameters, set_parameters, strip_notebook
from nbpeer.lab.kinds import KindsAsked, NewAsked, kinds, start
from nbpeer.lab.nbdime import PairAsked, nbdime, nbdime_pair
from nbpeer.lab.opened import EditAsked, OpenAsked
from nbpeer.lab.overview import OverviewAsked, overview
from nbpeer.lab.packet import PacketAsked, build, show
from nbpeer.lab.results import results
from nbpeer.lab.review import ReviewAsked, review
from nbpeer.lab.runs import BeginAsked, CancelAsked, FollowAsked, RunsAsked, begin, cancel, follow, list_runs
from nbpeer.lab.session import Route
from nbpeer.lab.signoffs import sign_offs
from nbpeer.lab.sittings import SaveAsked, SignAsked, SittingAsked, look, save, sign_off

ROUTES: dict[str, dict[str, Route]] = {
    "about": {"GET": Route(AboutAsked, about)},
    "catalogue": {"GET": Route(ReviewAsked, catalogue_entry)},
    "changes": {"GET": Route(CompareAsked, changes)},
    "check": {"POST": Route(OpenAsked, check)},
    "fix": {"POST": Route(FixAsked, fix, "write")},
    "kinds": {"GET": Route(KindsAsked, kinds)},
    "nbdime": {"GET": Route(CompareAsked, nbdime), "POST": Route(PairAsked, nbdime_pair)},
    "new": {"POST": Route(NewAsked, start, "write")},
    "overview": {"GET": Route(OverviewAsked, overview)},
    "packet": {"GET": Route(PacketAsked, show), "POST": Route(ReviewAsked, build, "write")},
    "parameters": {"POST": Route(OpenAsked, parameters)},
    "results": {"GET": Route(ReviewAsked, results)},
    "review": {"GET": Route(ReviewAsked, review)},
    "rule": {"GET": Route(RuleAsked, rule)},
    "run": {
        "POST": Route(BeginAsked, begin, "execute", 202),
        "GET": Route(FollowAsked, follow),
        "DELETE": Route(CancelAsked, cancel, "execute"),
    },
    "runs": {"GET": Route(RunsAsked, list_runs)},
    "set-parameters": {"POST": Route(SetAsked, set_parameters, "write")},
    "sign": {"POST": Route(SignAsked, sign_off, "write")},
    "signoffs": {"GET": Route(ReviewAsked, sign_offs)},
    "sitting": {"GET": Route(SittingAsked, look), "PUT": Route(SaveAsked, save, "write")},
    "strip": {"POST": Route(EditAsked, strip_notebook, "write")},
    "waive": {"POST": Route(WaiveAsked, waive_finding, "write")},
}
