"""Twice the cells are twice the work: counted in calls, so that no clock is asked."""

from __future__ import annotations

import cProfile

import pytest

import making
from checking import check

# What rules have something to do with: a heading, a load, a join, rows dropped, a test, a chart, a query, a number.
_CELLS = """## Results {n}

Of 1,204 orders 4.1 % came back.
# %%
orders_{n} = pd.read_csv("orders_{n}.csv")
both_{n} = orders_{n}.merge(orders_{n}, on="id")
kept_{n} = both_{n}.dropna()
print(kept_{n}["price"].mean())
# %%
for name in kept_{n}.columns:
    print(stats.ttest_ind(kept_{n}[name], orders_{n}[name]))
# %%
fig_{n}, ax_{n} = plt.subplots()
ax_{n}.bar(kept_{n}["id"], kept_{n}["price"])
# %%
rows_{n} = pd.read_sql("SELECT id, price FROM orders_{n} WHERE price > 3 LIMIT 5", connection)
# %%
chain_{next} = chain_{n}.merge(orders_{n}, on="id")  # nbpeer: waive NBP302 every order has one
chain_{next} = chain_{next}.dropna()
"""
_IMPORTS = (
    "import pandas as pd\nimport matplotlib.pyplot as plt\nfrom scipy import stats\nconnection = open('db')\n"
    "chain_0 = pd.read_csv('all.csv')"
)


def calls(groups: int) -> int:
    """How many calls of Python functions a check makes of so many groups of cells."""
    cells: list[object] = [making.code(_IMPORTS)]
    for number in range(groups):
        text, *codes = _CELLS.format(n=number, next=number + 1).split("# %%\n")
        cells += [making.markdown(text), *map(making.code, codes)]
    profile = cProfile.Profile()
    profile.runcall(check, *cells)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.fixture(scope="module")
def _warm() -> None:
    calls(2)  # what is imported and compiled once


@pytest.mark.usefixtures("_warm")
def test_a_check_is_linear_in_the_number_of_cells() -> None:
    small, large = calls(20), calls(160)
    assert large < small * 8.4
