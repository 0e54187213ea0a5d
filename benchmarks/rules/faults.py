"""Faults to put into clean analyses: each breaks one rule, in a way that real notebooks do."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.rules.fixtures import Cell, Clean, code, markdown
from nbpeer.checks.facts import DecisionFact


class Fault(NamedTuple):
    """One fault. `old` in a source becomes `new`; with an empty `old` what is `new` comes at the end, cells between
    lines of `# %%`.

    `also` are rules that rightly speak as well, `only` is the one analysis it is for. `shown` is what the added cell
    printed, `count` its execution count, `error` what it raised; `prose` makes it Markdown. `stale`: the last recorded
    run was of the clean analysis; `rerun` is what a fresh run gave that is not what is stored; `decided` is a decision
    on the analysis.
    """

    code: str
    old: str
    new: str
    also: tuple[str, ...] = ()
    only: str = ""
    shown: str = ""
    count: int | None = None
    prose: bool = False
    error: str = ""
    stale: bool = False
    rerun: str = ""
    decided: DecisionFact | None = None

    def into(self, clean: Clean) -> tuple[Cell, ...] | None:
        """The cells with the fault; None when it does not fit this analysis."""
        if self.only not in ("", clean.name):
            return None
        if self.old:
            if not any(self.old in cell["source"] for cell in clean.cells):
                return None
            return tuple({**cell, "source": cell["source"].replace(self.old, self.new)} for cell in clean.cells)
        if self.prose:
            return (*clean.cells, markdown(self.new))
        written = "\n".join(cell["source"] for cell in clean.cells if cell["cell_type"] == "code")
        if any(word in self.new and needed not in written for word, needed in _NEEDS.items()):
            return None
        return (*clean.cells, *self._added(clean))

    def _added(self, clean: Clean) -> list[Cell]:
        first = self.count or max(cell.get("execution_count") or 0 for cell in clean.cells) + 1
        sources = enumerate(self.new.split("\n# %%\n"))
        return [code(source, self.shown, first + more, self.error) for more, source in sources]


# What an added cell may use, and what an analysis has to say for it.
_NEEDS = {
    "orders": "orders = pd.read_csv",
    "np.": "import numpy as np",
    "pd.": "import pandas as pd",
    "stats.": "from scipy import stats",
}
_FOREST = "RandomForestClassifier"


_SALES = "SELECT SUM(amount) AS total FROM sales"
_SPACER = "x = 1\n# %%\n"
_ASSERTED = """assert orders["order_id"].is_unique
assert orders["price"].between(0, 5000).all()
print(len(orders))"""
_CHOSEN_BY_FOLDS = """model = RandomForestClassifier(random_state=20260301)
print(cross_val_score(model, X_train, y_train).mean())
"""
_CHOSEN_BY_TEST_ROWS = """scores = {}
for depth in (3, 5, 9):
    model = RandomForestClassifier(max_depth=depth, random_state=20260301)
    model.fit(X_train, y_train)
    scores[depth] = accuracy_score(y_test, model.predict(X_test))
best = max(scores, key=scores.get)
"""
_RATIO = """# sample ratio: half and half was planned
assert stats.chisquare(counts).pvalue > 0.001"""
_FOLDS = "for train, test in TimeSeriesSplit(5).split(rows):"
_SHUFFLED = """from sklearn.model_selection import KFold
for train, test in KFold(5, shuffle=True, random_state=1).split(rows):"""

FAULTS = (
    Fault("NBP001", "", "print 'done'"),
    Fault("NBP001", "", "%%sql\nSELEKT country FROM orders"),
    Fault("NBP002", "", "x = 1  # nbpeer: waive NBP301"),
    Fault("NBP003", "", "x = 1  # nbpeer: waive NBP301 one row an order"),
    Fault("NBP004", "", "<<<<<<< ours\nalpha = 0.05\n=======\nalpha = 0.01\n>>>>>>> theirs"),
    Fault("NBP101", "", "print(len(orders))", rerun="the output is another: 18,203, not 18,204", shown="18204\n"),
    Fault("NBP102", "", "print(len(order_lines))"),
    Fault("NBP102", 'orders = pd.read_csv("data/orders.csv")', 'oders = pd.read_csv("data/orders.csv")'),
    Fault("NBP103", "", "x = 1", count=1, also=("NBP104",)),
    Fault("NBP104", "", "x = 1", count=40),
    Fault("NBP105", "", "x = int('12,5')", error="ValueError"),
    Fault("NBP106", "# Summary", "# Summary\nWritten after the run.", stale=True),
    Fault("NBP106", "", "x = 1", stale=True),
    Fault("NBP107", "default_rng(20260301)", "default_rng()"),
    Fault("NBP107", "(X, y, random_state=20260301)", "(X, y)"),
    Fault("NBP107", f"{_FOREST}(random_state=20260301)", f"{_FOREST}()"),
    Fault("NBP107", "", "some = orders.sample(frac=0.1)"),
    Fault("NBP107", "", "noise = np.random.normal(size=10)"),
    Fault("NBP108", "", "import datetime\nstart = datetime.date.today()"),
    Fault("NBP108", "o.ordered_on >= '2026-01-01'", "o.ordered_on >= CURRENT_DATE - 28"),
    Fault("NBP109", "", "try:\n    rate = float('12,5')\nexcept Exception:\n    rate = 0.0"),
    Fault("NBP109", "", "import warnings\nwarnings.filterwarnings('ignore')"),
    Fault("NBP201", "---\ntitle: Deliveries", "---\ntier: enormous\ntitle: Deliveries", also=("NBP308",)),
    Fault("NBP201", "kind: exploratory", "kind: explorative"),
    Fault("NBP202", "# Summary", "# Thoughts"),
    Fault("NBP203", "", "TODO say what this means", prose=True),
    Fault("NBP203", "hypothesis: Returns rise by a point a day.", "hypothesis: TBD", also=("NBP409",)),
    Fault("NBP204", "4.1 % came back", "5.2 % came back"),
    Fault("NBP205", "", "x = 0\n" * 40, also=("NBP206",)),
    Fault("NBP206", "", "# total = 12\n# print(total + 3)\nx = 1"),
    Fault("NBP207", "", "x = 1", decided=DecisionFact("decisions/0001-a.md", shares=("decisions/0001-b.md",))),
    Fault(
        "NBP301", "", _SPACER + "twice = orders.merge(orders, on='country', how='left')\nprint(twice['price'].sum())"
    ),
    Fault(
        "NBP302",
        "",
        _SPACER + "twice = orders.merge(orders, on='order_id', validate='1:1')\nprint(twice.price_x.sum())",
    ),
    Fault("NBP302", "LEFT JOIN returns", "JOIN returns"),
    Fault(
        "NBP303",
        "",
        "kept = pd.read_csv('data/orders.csv')\nkept = kept.dropna()\nprint(kept['price'].mean())",
        also=("NBP308", "NBP309"),
    ),
    Fault("NBP304", "", "orders[orders['country'] == 'UK']['currency'] = 'GBP'"),
    Fault("NBP304", "", "orders['price'].fillna(0, inplace=True)"),
    Fault("NBP305", "", "unpaid = orders[orders['price'] == np.nan]\nprint(len(unpaid))"),
    Fault("NBP305", "WHERE o.ordered_on >= '2026-01-01'", "WHERE r.amount = NULL"),
    Fault("NBP306", "LEFT JOIN returns r ON r.order_id = o.id", ", returns r"),
    Fault("NBP307", "ORDER BY o.country\n", ""),
    Fault("NBP307", "SELECT o.country, COUNT(*) AS orders, SUM(r.amount) AS back", "SELECT *"),
    Fault("NBP308", "", "more = pd.read_csv('data/refunds.csv')\nprint(len(more))", also=("NBP309",)),
    Fault("NBP308", "LEFT JOIN returns r", "LEFT JOIN refunds r"),
    Fault("NBP309", _ASSERTED, "", only="a model"),
    Fault(
        "NBP401",
        "",
        "for name in 'abc':\n    print(stats.ttest_ind(orders[name], orders['d'], equal_var=False))",
        also=("NBP403",),
    ),
    Fault("NBP402", ", equal_var=False)\nprint(test.conf", ")\nprint(test.conf"),
    Fault("NBP403", "print(test.confidence_interval(0.95))", "print(test.pvalue)"),
    Fault("NBP404", "Of 18,204 orders 4.1 % came back", "4.1 % came back"),
    Fault("NBP405", "", "print(orders.groupby('country')['price'].mean().mean())"),
    Fault("NBP406", "X_train, X_test, y_train", "X = StandardScaler().fit_transform(X)\nX_train, X_test, y_train"),
    Fault("NBP406", "X, y = orders", "orders = orders.fillna(orders.mean())\nX, y = orders"),
    Fault(
        "NBP406",
        "X_train, X_test, y_train",
        "scaler = StandardScaler()\nscaler.fit(X)\nX = scaler.transform(X)\nX_train, X_test, y_train",
    ),
    Fault("NBP407", _CHOSEN_BY_FOLDS, _CHOSEN_BY_TEST_ROWS),
    Fault("NBP408", _RATIO, "print(len(counts))"),
    Fault("NBP408", "planned_n = 18000\n", ""),
    Fault("NBP409", "hypothesis: Returns rise by a point a day.", "hypothesis: Returns fall on Sundays."),
    Fault(
        "NBP410",
        _FOLDS,
        _SHUFFLED,
    ),
    Fault("NBP411", "", "x = 1", decided=DecisionFact("decisions/0001-a.md", edits=("expect of x was 1 and is 2",))),
    Fault("NBP501", "ax.set_xlabel('delivery')\nax.set_ylabel('price (EUR)')\n", ""),
    Fault("NBP501", "ax.set_ylabel('price (EUR)')\n", ""),
    Fault("NBP502", "ax.set_title('Price", "ax.set_ylim(40, 44)\nax.set_title('Price"),
    Fault("NBP503", "ax.set_title('Price", "ax.twinx().plot([1, 2])\nax.set_title('Price"),
    Fault("NBP601", "", "password = 'k9Vt2mQxP7wZ'"),
    Fault("NBP601", "", "print(token)", also=("NBP102",), shown="Bearer kJ8dh2LmNq03xZpR5tVwYb7cQeUf\n"),
    Fault(
        "NBP602",
        "",
        "print(1)",
        shown="   order_id               email\n0         1  first.last@gmx.net\n",
        also=("NBP603",),
    ),
    Fault("NBP603", "", "print(1)", shown="  village  patients\n0   North       212\n1   South         3\n"),
    Fault("NBP604", 'data/orders.csv")', '/home/owner/orders.csv")', also=("NBP308",)),
    Fault("NBP605", "", "print(1)", shown="a row of data\n" * 90_000),
    Fault("NBP701", "", "q = 'SELECT SUM(amount) AS total FROM sales'", also=("NBP308",)),
    Fault("NBP701", "", 'q = """SELECT day, SUM(s.amount) FROM shop.sales s GROUP BY day"""', also=("NBP308",)),
    Fault("NBP701", "", "import nbpeer\nnbpeer.result('takings', 31250)"),
    Fault("NBP702", "tier: medium", "tier: medium\nmetrics: [takings@1.1.0]"),
    Fault("NBP702", "", "import nbpeer\nq = nbpeer.metric('taking@1.2.0')"),
    Fault("NBP703", "", f"# metric: takings@1.2.0\nq = '{_SALES}'", also=("NBP308",)),
    Fault("NBP703", "", f"%%sql\n-- metric: takings@1.2.0\n{_SALES} WHERE kind = 'gift'", also=("NBP308",)),
    Fault("NBP704", "", "import nbpeer\nq = nbpeer.metric('refunds@2.0.0')"),
    Fault("NBP704", "tier: medium", "tier: medium\nmetrics: [refunds@2.0.0]"),
    Fault("NBP801", "", "import lifelines"),
    Fault("NBP802", "", "!pip install lifelines"),
)
