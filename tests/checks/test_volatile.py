"""NBP106, NBP107 and NBP108: stale results, random draws without a seed, the clock."""

from __future__ import annotations

import pytest

import making
from checking import CONTEXT, check, codes, recorded
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import parse_notebook


def test_results_of_another_source_are_found_and_those_of_this_one_are_not() -> None:
    notebook = making.notebook(making.code("price = 12"), header=None)
    own = source_digest(parse_notebook(making.text(notebook)))
    for source, expected in ((own, []), ("sha256:" + 64 * "0", ["NBP106"])):
        context = CONTEXT._replace(results=recorded(source=source))
        assert codes(check("price = 12", select="NBP106", context=context)) == expected


def test_without_results_nothing_is_stale() -> None:
    assert check("price = 12", select="NBP106") == []


IMPORTS = (
    "import random\nimport numpy as np\nimport pandas as pd\nimport torch\nfrom sklearn.cluster import KMeans\n"
    "from sklearn.ensemble import RandomForestClassifier\nfrom sklearn.model_selection import KFold, train_test_split\n"
    "df = pd.read_csv('a.csv')"
)


@pytest.mark.parametrize(
    "source",
    [
        "np.random.rand(3)",
        "np.random.choice(x)",
        "random.shuffle(x)",
        "torch.randn(3)",
        "rng = np.random.default_rng()",
        "rng = np.random.default_rng(None)",
        "rng = np.random.RandomState(seed=None)",
        "rng = random.Random()",
        "df.sample(frac=0.1)",
        "df.dropna().sample(10, random_state=None)",
        "train_test_split(x, y)",
        "RandomForestClassifier(n_estimators=10)",
        "KMeans(3)",
        "KFold(5, shuffle=True)",
        "def draw():\n    return np.random.normal()",
        "np.random.seed()\nnp.random.normal()",
    ],
)
def test_a_draw_without_a_seed_is_found(source: str) -> None:
    assert codes(check(IMPORTS, source, select="NBP107")) == ["NBP107"]


@pytest.mark.parametrize(
    "source",
    [
        "np.random.seed(1)\nnp.random.rand(3)",
        "np.random.rand(3)\n\ndef start():\n    np.random.seed(seed)",
        "random.seed(1)\nrandom.shuffle(x)",
        "torch.manual_seed(1)\ntorch.randn(3)",
        "seed_everything(1)\nnp.random.rand(3)\nrandom.random()\ntorch.rand(1)",
        "rng = np.random.default_rng(seed)\nrng.normal()",
        "rng = np.random.RandomState(1)",
        "df.sample(frac=0.1, random_state=1)",
        "df.sample(**options)",
        "np.random.seed(1)\ndf.sample(3)\ntrain_test_split(x)",
        "train_test_split(x, y, random_state=seed)",
        "train_test_split(x, y, shuffle=False)",
        "RandomForestClassifier(random_state=0)",
        "KFold(5)",
        "playlist.sample(3)",
    ],
)
def test_what_can_be_repeated_is_fine(source: str) -> None:
    assert check(IMPORTS, source, select="NBP107") == []


def test_a_local_name_is_not_the_library() -> None:
    assert check("random = make()\nrandom.choice(x)\nnp = 1", select="NBP107") == []


def test_a_seed_of_one_library_is_not_that_of_another_and_uses_are_counted() -> None:
    (finding,) = check(IMPORTS, "random.seed(1)\nnp.random.rand()\nnp.random.rand()", select="NBP107")
    assert (finding.line, finding.message) == (2, "`np.random.rand` draws, and no cell sets the seed (2 uses)")


CLOCKS = (
    "import datetime as dt\nimport time\nfrom datetime import date, datetime\nimport numpy as np\nimport pandas as pd"
)


@pytest.mark.parametrize(
    "source",
    [
        "x = datetime.now()",
        "x = datetime.utcnow()",
        "x = dt.datetime.now(dt.timezone.utc)",
        "x = date.today() - dt.timedelta(days=30)",
        "x = pd.Timestamp.now()",
        "x = pd.Timestamp.today().normalize()",
        "x = pd.to_datetime('today')",
        "x = np.datetime64('now')",
        "x = time.localtime()",
        "df = df[df.day > datetime.now()]",
    ],
)
def test_a_reading_of_the_clock_is_found(source: str) -> None:
    (finding,) = check(CLOCKS, source, select="NBP108")
    assert (finding.cell, finding.severity) == (2, "warning")


@pytest.mark.parametrize(
    "source",
    [
        "x = datetime(2026, 3, 1)",
        "x = pd.to_datetime('2026-03-01')",
        "started = datetime.now()\nprint(datetime.now() - started)",
        "t = time.time()\nprint(time.time() - t, time.perf_counter())",
        "time.localtime(12)",
        "clock.now()\nself.today()",
    ],
)
def test_fixed_dates_and_measured_durations_are_fine(source: str) -> None:
    assert check(CLOCKS, source, select="NBP108") == []


def test_a_printed_time_and_the_default_of_a_parameter_are_infos() -> None:
    cells = (CLOCKS, "print('made at', datetime.now())", making.code("end = date.today()", tags=("parameters",)))
    assert [finding.severity for finding in check(*cells, select="NBP108")] == ["info", "info"]
