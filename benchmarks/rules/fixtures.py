"""Clean analyses, made for the purpose: as a careful analyst writes them, of several kinds and styles."""

from __future__ import annotations

from typing import Any, NamedTuple

Cell = dict[str, Any]


class Clean(NamedTuple):
    """One clean analysis: its name and cells."""

    name: str
    cells: tuple[Cell, ...]


HYPOTHESIS = "Returns rise by a point a day."


def code(source: str, output: str = "", count: int | None = None, error: str = "") -> Cell:
    """A code cell, with what it printed and the name of what it raised."""
    outputs: list[dict[str, Any]] = []
    if output:
        outputs.append({"output_type": "stream", "name": "stdout", "text": output})
    if error:
        outputs.append({"output_type": "error", "ename": error, "evalue": "", "traceback": []})
    return {"cell_type": "code", "execution_count": count, "metadata": {}, "outputs": outputs, "source": source}


def markdown(source: str) -> Cell:
    """A Markdown cell."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def header(kind: str, *sources: str) -> Cell:
    """Front matter with everything a reviewer asks for."""
    listed = "".join(f"  - name: {name}\n    location: data/{name}\n" for name in sources)
    text = (
        f"---\ntitle: Deliveries and returns\nkind: {kind}\nquestion: Do slow deliveries come back more often?\n"
        f"hypothesis: {HYPOTHESIS}\ndecision: Pay for faster delivery or not\n"
        f"decision_owner: head of logistics\ntier: medium\ndata_sources:\n{listed}---\n"
    )
    return {"cell_type": "raw", "metadata": {}, "source": text}


def registry(refunds: str) -> bytes:
    """A metric registry: `takings`, and `refunds` with the version and the SQL given."""
    version, _, expression = refunds.partition(" ")
    return f"""
semantic_model:
  - name: shop
    datasets: [{{name: sales, source: shop.sales}}]
    metrics:
      - name: takings
        expression: SUM(sales.amount)
        custom_extensions: [{{vendor_name: NBPEER, data: {{version: 1.2.0, filter: sales.kind <> 'gift'}}}}]
      - name: refunds
        expression: {expression}
        custom_extensions: [{{vendor_name: NBPEER, data: {{version: {version}}}}}]
""".encode()


IMPORTS = code("import numpy as np\nimport pandas as pd", count=1)
LOAD = code(
    'orders = pd.read_csv("data/orders.csv")\n'
    'assert orders["order_id"].is_unique\n'
    'assert orders["price"].between(0, 5000).all()\nprint(len(orders))',
    "18204\n",
    2,
)

CLEAN = (
    Clean(
        "shares by group",
        (
            header("exploratory", "orders.csv", "returns.csv"),
            markdown("# Summary\nOf 18,204 orders 4.1 % came back."),
            IMPORTS,
            LOAD,
            code(
                'returns = pd.read_csv("data/returns.csv")\n'
                'both = orders.merge(returns, on="order_id", how="left", validate="one_to_one")\n'
                "assert len(both) == len(orders)\nprint(both['returned'].mean().round(3))",
                "0.041\n",
                3,
            ),
            code(
                "by_country = both.groupby('country')['returned'].agg(['mean', 'size'])\nprint(len(by_country))",
                "12\n",
                4,
            ),
        ),
    ),
    Clean(
        "two groups compared",
        (
            header("exploratory", "orders.csv"),
            IMPORTS,
            code("import matplotlib.pyplot as plt\nfrom scipy import stats\nimport nbpeer", count=2),
            {**LOAD, "execution_count": 3},
            code(
                "fast, slow = orders.loc[orders.days < 4, 'price'], orders.loc[orders.days >= 4, 'price']\n"
                "test = stats.ttest_ind(fast, slow, equal_var=False)\nprint(test.confidence_interval(0.95))",
                "(0.2, 0.9)\n",
                4,
            ),
            code(
                "fig, ax = plt.subplots()\nax.bar(['fast', 'slow'], [fast.mean(), slow.mean()])\n"
                "ax.set_xlabel('delivery')\nax.set_ylabel('price (EUR)')\nax.set_title('Price by delivery')\n"
                "nbpeer.figure('price by delivery', fig)",
                count=5,
            ),
        ),
    ),
    Clean(
        "a model",
        (
            header("exploratory", "orders.csv"),
            code(
                "import pandas as pd\nfrom sklearn.ensemble import RandomForestClassifier\n"
                "from sklearn.metrics import accuracy_score\n"
                "from sklearn.model_selection import cross_val_score, train_test_split\n"
                "from sklearn.preprocessing import StandardScaler",
                count=1,
            ),
            LOAD,
            code(
                "X, y = orders[['price', 'days']], orders['returned']\n"
                "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=20260301)\n"
                "scaler = StandardScaler()\nX_train = scaler.fit_transform(X_train)\nX_test = scaler.transform(X_test)",
                count=3,
            ),
            code(
                "model = RandomForestClassifier(random_state=20260301)\n"
                "print(cross_val_score(model, X_train, y_train).mean())\nmodel.fit(X_train, y_train)\n"
                "print(accuracy_score(y_test, model.predict(X_test)))",
                "0.83\n0.82\n",
                4,
            ),
        ),
    ),
    Clean(
        "an experiment",
        (
            header("ab_test", "orders.csv"),
            IMPORTS,
            LOAD,
            code(
                "from scipy import stats\nplanned_n = 18000\ncounts = orders['variant'].value_counts()\n"
                "# sample ratio: half and half was planned\nassert stats.chisquare(counts).pvalue > 0.001",
                count=3,
            ),
            code(
                "rng = np.random.default_rng(20260301)\npaid = orders['price'].to_numpy()\n"
                "draws = [rng.choice(paid, len(paid)).mean() for _ in range(500)]\n"
                "print(np.quantile(draws, [0.025, 0.975]))",
                "[41.2 43.1]\n",
                4,
            ),
        ),
    ),
    Clean(
        "queries",
        (
            header("exploratory", "orders", "returns"),
            code("import pandas as pd\nimport sqlite3", count=1),
            code(
                "connection = sqlite3.connect('sales.db')\nquery = '''\n"
                "SELECT o.country, COUNT(*) AS orders, SUM(r.amount) AS back\n"
                "FROM orders o\nLEFT JOIN returns r ON r.order_id = o.id\nWHERE o.ordered_on >= '2026-01-01'\n"
                "GROUP BY o.country\nORDER BY o.country\nLIMIT 500\n'''\n"
                "back = pd.read_sql(query, connection)\nassert back['country'].is_unique\nprint(back.shape)",
                "(12, 3)\n",
                2,
            ),
        ),
    ),
    Clean(
        "a forecast",
        (
            header("forecast", "sales.csv"),
            code(
                "import pandas as pd\nfrom sklearn.linear_model import Ridge\n"
                "from sklearn.model_selection import TimeSeriesSplit",
                count=1,
            ),
            code(
                "sales = pd.read_csv('data/sales.csv', index_col='day', parse_dates=True)\n"
                "assert sales.index.is_monotonic_increasing and sales['units'].notna().all()\n"
                "sales['last_week'] = sales['units'].shift(7)\nprint(len(sales))",
                "731\n",
                2,
            ),
            code(
                "rows = sales.iloc[7:]\nprint(len(rows))\nerrors = []\n"
                "for train, test in TimeSeriesSplit(5).split(rows):\n"
                "    model = Ridge().fit(rows.iloc[train][['last_week']], rows.iloc[train]['units'])\n"
                "    guess = model.predict(rows.iloc[test][['last_week']])\n"
                "    errors.append(abs(guess - rows.iloc[test]['units']).mean())\nprint(max(errors))",
                "724\n31.4\n",
                3,
            ),
        ),
    ),
)
