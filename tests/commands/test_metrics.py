"""`nbpeer metrics` on real repositories with real data, and what the other verbs do with metrics."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer import yaml
from nbpeer.model.digests import content_hash, source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.review import SignOff
from nbpeer.repo.store import write_sign_off

Nbpeer = Callable[..., Outcome]
WINDOW = "--window=2026-01-05..2026-01-18"
OWN = """q = '''
-- metric: wau@2.1.0
SELECT date_trunc('week', e.day) AS week, count(DISTINCT e.user_id) AS people
FROM '../data/events.csv' AS e
WHERE e.kind != 'login' AND e.day >= '{start}'
GROUP BY 1
'''
"""
# Two weeks; everybody logs in, of four people two do something in the first week and three in the second.
EVENTS = "day,user_id,kind\n" + "".join(
    f"{day},{user},{kind}\n"
    for day, users in (("2026-01-05", "ab"), ("2026-01-12", "abc"))
    for user, kind in [*((one, "login") for one in "abcd"), *((one, "view") for one in users)]
)


def registry(version: str = "2.1.0", condition: str = "events.kind <> 'login'", **more: Any) -> str:
    own = {"version": version, "owner": "product", "filter": condition, "grain": "week", **more}
    metrics = [
        {
            "name": "wau",
            "description": "People who did something in a week.",
            "expression": "COUNT(DISTINCT events.user_id)",
            "custom_extensions": [{"vendor_name": "NBPEER", "data": own}],
        },
        {"name": "doubled", "expression": "2 * wau"},
    ]
    day = {"name": "day", "expression": "day", "dimension": {"is_time": True}}
    datasets = [{"name": "events", "source": "data/events.csv", "fields": [day]}]
    return yaml.dump({"semantic_model": [{"name": "product", "datasets": datasets, "metrics": metrics}]})


def analysis(*cells: str, metrics: str = "", kind: str = "exploratory") -> dict[str, Any]:
    header = (
        f"---\ntitle: Users\nkind: {kind}\nquestion: How many?\ndecision_owner: lead@example.org\n"
        f"tier: high\nmetrics: [{metrics}]\ntags: [growth]\n---\n"
    )
    return making.notebook(*map(making.code, cells), header=header)


def approve(team: GitRepository, path: str, reviewer: str) -> None:
    """Keep an approval of an analysis as it is, without recorded results."""
    source = source_digest(parse_notebook((team.path / path).read_bytes(), path))
    content, time = content_hash(source, None), "2026-03-01T10:00:00Z"
    write_sign_off(
        team.path, SignOff(path, content, source, None, reviewer, "common", "1.0", "high", (), "approve", time)
    )


@pytest.fixture
def team(repo: GitRepository) -> GitRepository:
    """A registry, its data, and analyses: one takes the definition, one agrees, one differs, one cites nothing."""
    repo.write("metrics.yml", registry())
    repo.write("data/events.csv", EVENTS)
    repo.write("analyses/call.ipynb", analysis("import nbpeer\nq = nbpeer.metric('wau@2.1.0')"))
    repo.write("analyses/own.ipynb", analysis(OWN))
    bad = "SELECT date_trunc('week', day) AS week, count(DISTINCT user_id) AS wau FROM '../data/events.csv' GROUP BY 1"
    repo.write("analyses/bad.ipynb", analysis(f'# metric: wau@2.1.0\nq = "{bad}"'))
    repo.write("analyses/other.ipynb", analysis("x = 1"))
    repo.commit("start")
    return repo


def test_the_list_says_version_status_owner_and_how_many_cite(team: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("metrics", "list")
    assert done.code == 0
    assert done.out.splitlines() == [
        "doubled    active  no owner  0 analyses",
        "wau@2.1.0  active  product   3 analyses  People who did something in a week.",
    ]
    values = nbpeer("metrics", "list", "--format", "json").json
    assert [path for path, _ in values[1]["analyses"]] == [f"analyses/{name}.ipynb" for name in ("bad", "call", "own")]


def test_one_metric_is_shown_with_its_sql_in_the_dialect_asked_for(team: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("metrics", "show", "wau", "--dialect", "bigquery")
    assert done.code == 0
    assert "  owner        product\n" in done.out
    assert "    DATE_TRUNC(day, ISOWEEK) AS week,\n" in done.out
    assert "  analyses/own.ipynb  cites 2.1.0" in done.out
    values = nbpeer("metrics", "show", "wau@2.1.0", "--format", "json").json
    assert values["metric"]["definition"].startswith("sha256:")
    assert "DATE_TRUNC('WEEK', day)" in values["sql"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "wuu"), "metrics.yml defines no metric 'wuu'; did you mean 'wau'?"),
        (("show", "wau@1.0.0"), "wau@1.0.0 is not there: metrics.yml has 2.1.0; cite wau@2.1.0"),
        (("show", "wau", "--dialect", "duckbd"), "there is no SQL dialect 'duckbd'; did you mean 'duckdb'?"),
        (("impact", "wuu"), "metrics.yml defines no metric 'wuu'; did you mean 'wau'?"),
        (("diff", "nowhere"), "git knows no revision 'nowhere'"),
        (("reconcile", "wau", "--window", "2026-02-30..2026-03-01"), "'2026-02-30' is no date"),
        (("reconcile", "wau", "--window", "2026-03-01..2026-02-01"), "ends before it begins"),
        (("reconcile", "wau", "gone.ipynb", WINDOW), "gone.ipynb is not there"),
        (("reconcile", "wau", "analyses/own.ipynb", WINDOW, "--result", "x"), "has no recorded result 'x'"),
        (("reconcile", "wau", "analyses/other.ipynb", WINDOW), "no analysis has a query of wau@2.1.0"),
        (("reconcile", "doubled", WINDOW), "no analysis has a query of doubled"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, tuple) else None,
)
def test_bad_input_is_one_line(team: GitRepository, nbpeer: Nbpeer, arguments: tuple[str, ...], said: str) -> None:
    done = nbpeer("metrics", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err.splitlines()[-1]
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("verb", [("list",), ("show", "wau"), ("impact", "wau"), ("reconcile", "wau", WINDOW)])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no metric registry was found"),
        ("a: [", "metrics.yml, line 1: not valid YAML"),
        ("a: 1", "no metric registry"),
    ],
    ids=["none", "broken", "another file"],
)
def test_without_a_readable_registry_every_verb_says_so(
    repo: GitRepository, nbpeer: Nbpeer, verb: tuple[str, ...], content: str | None, said: str
) -> None:
    if content:
        repo.write("metrics.yml", content)
    repo.commit()
    done = nbpeer("metrics", *verb)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_the_diff_tells_definitions_from_words(team: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("metrics", "diff")
    assert (done.code, done.out) == (0, "no metric differs between main and working tree\n")
    team.git("switch", "-q", "-c", "words")
    team.write("metrics.yml", registry("2.1.1", "'login'  <>  events.kind", owner="growth"))
    done = nbpeer("metrics", "diff", "main")
    assert done.code == 0
    assert done.out.splitlines()[:3] == [
        "wau@2.1.1  version changed", "  version 2.1.0 → 2.1.1", "  owner product → growth",
    ]  # fmt: skip
    assert nbpeer("metrics", "diff", "main", "--exit-code").code == 1


def test_a_changed_definition_wants_an_analysis_that_explains_it(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.git("switch", "-q", "-c", "change")
    team.write("metrics.yml", registry("2.2.0", "events.kind NOT IN ('login', 'bot')"))
    team.commit("bots are nobody")
    done = nbpeer("metrics", "diff", "main", "HEAD")
    assert done.code == 1
    assert "  filter events.kind <> 'login' → events.kind NOT IN ('login', 'bot')" in done.out
    assert "  no metric_change analysis explains it: `nbpeer new metric_change PATH`" in done.out
    assert "  cited by analyses/bad.ipynb, analyses/call.ipynb, analyses/own.ipynb" in done.out
    assert "NBP704" in nbpeer("check", "--select", "NBP704", "analyses/call.ipynb").out

    cell = making.code('metric = "wau"', tags=("parameters",))
    header = "---\ntitle: Bots\nkind: metric_change\nmetrics: [doubled]\n---\n"
    team.write("analyses/bots.ipynb", making.notebook(cell, header=header))
    done = nbpeer("metrics", "diff", "main", "--format", "json")
    assert {change["name"]: change["explained"] for change in done.json["changes"]} == {
        "wau": "analyses/bots.ipynb",
        "doubled": "analyses/bots.ipynb",
    }
    assert done.code == 0
    assert "NBP704" not in nbpeer("check", "--select", "NBP704", "analyses/call.ipynb").out


def test_the_cache_of_findings_knows_when_the_registry_changed(team: GitRepository, nbpeer: Nbpeer) -> None:
    arguments = ("check", "--select", "NBP702", "analyses/call.ipynb")
    assert nbpeer(*arguments).code == 0
    team.write("metrics.yml", registry("2.2.0"))
    assert nbpeer(*arguments).code == 1


def test_fix_writes_the_new_version_where_the_definition_is_the_same(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.write("metrics.yml", registry("2.2.0"))
    assert nbpeer("check", "--select", "NBP702", "--fix", "analyses").code == 0
    assert "nbpeer.metric('wau@2.2.0')" in (team.path / "analyses/call.ipynb").read_text()
    team.write("metrics.yml", registry("2.3.0", "events.kind = 'view'"))
    assert nbpeer("check", "--select", "NBP702", "--fix", "analyses").code == 1
    assert "nbpeer.metric('wau@2.2.0')" in (team.path / "analyses/call.ipynb").read_text()


def test_the_impact_names_analyses_of_metrics_computed_of_it_and_their_approvals(
    team: GitRepository, nbpeer: Nbpeer
) -> None:
    team.write("analyses/other.ipynb", analysis("x = 1", metrics="doubled"))
    team.commit()
    approve(team, "analyses/other.ipynb", "reviewer@example.org")
    done = nbpeer("metrics", "impact", "wau")
    assert done.code == 0
    assert "  also in  doubled, computed of it" in done.out
    assert "  analyses/own.ipynb  cites wau@2.1.0\n" in done.out
    line = "  analyses/other.ipynb  cites doubled  approved by reviewer@example.org: questionable after a change"
    assert line in done.out
    (impact,) = nbpeer("metrics", "impact", "wau", "--format", "json").json
    (held,) = [one for one in impact["analyses"] if one["sign_offs"]]
    assert held["sign_offs"][0].startswith(".nbpeer/signoffs/")
    team.write("analyses/other.ipynb", analysis("x = 2", metrics="doubled"))
    assert "approved by" not in nbpeer("metrics", "impact", "wau").out


def test_definition_and_queries_are_run_and_held_side_by_side(team: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("metrics", "reconcile", "wau", WINDOW)
    assert done.code == 1
    assert done.out.splitlines() == [
        "✗ differ     analyses/bad.ipynb, cell 2  wau@2.1.0  2026-01-05..2026-01-18",
        "  2026-01-05: defined 2, here 4 (+100.00%)",
        "  2026-01-12: defined 3, here 4 (+33.33%)",
        "✓ agree      analyses/call.ipynb, cell 2  wau@2.1.0  2026-01-05..2026-01-18",
        "  it takes the definition itself",
        "✓ agree      analyses/own.ipynb, cell 2  wau@2.1.0  2026-01-05..2026-01-18",
        "  2026-01-05: defined 2, here 2",
        "  2026-01-12: defined 3, here 3",
    ]
    assert nbpeer("metrics", "reconcile", "wau", "analyses/own.ipynb", WINDOW).code == 0
    assert nbpeer("metrics", "reconcile", "wau", "analyses", WINDOW, "--tolerance", "1").code == 0


def test_a_shorter_window_gives_fewer_rows(team: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("metrics", "reconcile", "wau", "analyses/own.ipynb", "--window", "2026-01-12", "--format", "json")
    (found,) = done.json
    assert found["rows"] == [{"agrees": True, "defined": 3.0, "found": 3.0, "key": "2026-01-12"}]
    assert (done.code, found["verdict"]) == (0, "agree")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("SELECT COUNT(DISTINCT user_id) AS wau FROM '../data/events.csv'", "one number a week, the query one number"),
        ("SELECT COUNT(DISTINCT user_id) AS wau FROM '../data/gone.csv'", "the query: the database refused it"),
        ("SELECT COUNT(DISTINCT user_id) AS wau FROM {table}", "{table}, which only a run fills in"),
        ("SELECT day, COUNT(*) AS a, SUM(1) AS b FROM '../data/events.csv' GROUP BY 1", "has 2 columns of numbers"),
    ],
)
def test_what_cannot_be_compared_is_undecided_and_no_pass(
    team: GitRepository, nbpeer: Nbpeer, query: str, problem: str
) -> None:
    team.write("analyses/own.ipynb", analysis(f'# metric: wau@2.1.0\nq = """{query}"""'))
    done = nbpeer("metrics", "reconcile", "wau", "analyses/own.ipynb", WINDOW)
    assert done.code == 1
    assert done.out.startswith("? undecided  analyses/own.ipynb, cell 2")
    assert problem in done.out


def test_a_recorded_result_is_compared_where_there_is_no_query(team: GitRepository, nbpeer: Nbpeer) -> None:
    table = {"columns": ["week", "people"], "rows": [["2026-01-05", 2], ["2026-01-12", 3.0001]]}
    result = {"name": "weekly", "type": "table", "value": {"type": "table", **table}}
    results = {"certificate": {"source": "sha256:0"}, "results": {"weekly": result}}
    team.write("analyses/other.results.json", json.dumps(results))
    arguments = ("metrics", "reconcile", "wau", "analyses/other.ipynb", WINDOW, "--result", "weekly")
    assert nbpeer(*arguments).code == 1
    done = nbpeer(*arguments, "--tolerance", "0.001")
    assert done.code == 0
    assert done.out.startswith("✓ agree      analyses/other.ipynb, result 'weekly'")


@pytest.mark.parametrize(("driver", "place"), [("sqlite3", "database"), ("adbc_driver_sqlite.dbapi", "uri")])
def test_any_database_with_a_connect_of_its_own_can_be_asked(
    driver: str, place: str, team: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(team.path / "shop.db") as database:
        database.execute("CREATE TABLE events (day TEXT, user_id TEXT, kind TEXT)")
        rows = [line.split(",") for line in EVENTS.splitlines()[1:]]
        database.executemany("INSERT INTO events VALUES (?, ?, ?)", rows)
    database.close()
    monkeypatch.setenv("SHOP", str(team.path / "shop.db"))
    team.write("nbpeer.toml", f'[metrics]\ndriver = "{driver}"\nconnect = {{{place} = "$SHOP"}}\n')
    team.write("metrics.yml", registry(grain=None).replace("data/events.csv", "events"))
    query = "SELECT COUNT(DISTINCT user_id) AS n FROM events WHERE kind <> 'login'"
    team.write("analyses/own.ipynb", analysis(f'# metric: wau@2.1.0\nq = "{query}"'))
    done = nbpeer("metrics", "reconcile", "wau", "analyses/own.ipynb", WINDOW)
    assert (done.code, done.out.splitlines()[1]) == (0, "  defined 3, here 3")
    done = nbpeer("metrics", "reconcile", "wau", "analyses/own.ipynb", "--window", "2026-01-05..2026-01-11")
    assert (done.code, done.out.splitlines()[1]) == (0, "  defined 2, here 2")
    monkeypatch.delenv("SHOP")
    done = nbpeer("metrics", "reconcile", "wau", "analyses/own.ipynb", WINDOW)
    assert (done.code, "which the environment does not have" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        (
            'driver = "no_such_driver.dbapi"',
            2,
            "the driver no_such_driver.dbapi is not installed; pip install no-such-driver",
        ),
        ('connect = {database = "gone/warehouse.duckdb"}', 3, "duckdb could not connect"),
        ('connect = {databse = "x"}', 3, "duckdb could not connect"),
        ('dialect = "duckbd"', 2, "there is no SQL dialect 'duckbd'; did you mean 'duckdb'?"),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_line(
    team: GitRepository, nbpeer: Nbpeer, settings: str, code: int, said: str
) -> None:
    team.write("nbpeer.toml", f"[metrics]\n{settings}\n")
    done = nbpeer("metrics", "reconcile", "wau", "analyses/own.ipynb", WINDOW)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert "Traceback" not in done.err


def test_what_a_driver_needs_itself_is_named(
    team: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "house_driver.py").write_text("import no_such_arrow.flight\n")
    monkeypatch.syspath_prepend(tmp_path)
    team.write("nbpeer.toml", '[metrics]\ndriver = "house_driver"\n')
    done = nbpeer("metrics", "reconcile", "wau", "analyses/own.ipynb", WINDOW)
    assert (done.code, done.out) == (2, "")
    assert "the driver house_driver needs no_such_arrow, which is not installed; pip install no-such-arrow" in done.err


def test_without_duckdb_the_extra_is_named(
    team: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    done = nbpeer("metrics", "reconcile", "wau", "analyses/own.ipynb", WINDOW)
    assert (done.code, done.out) == (2, "")
    assert (
        done.err == 'nbpeer: running a definition needs a part that is not installed; pip install "nbpeer[metrics]"\n'
    )


def test_tables_of_a_warehouse_can_stand_for_files(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.write("nbpeer.toml", '[metrics]\ntables = {"shop.app.events" = "data/events.csv"}\n')
    team.write("metrics.yml", registry().replace("data/events.csv", "shop.app.events"))
    team.write("analyses/own.ipynb", analysis(OWN.replace("'../data/events.csv'", "shop.app.events")))
    assert nbpeer("metrics", "reconcile", "wau", "analyses/own.ipynb", WINDOW).code == 0


def test_every_analysis_is_an_exposure_that_depends_on_what_it_cites(
    team: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    team.write("analyses/other.ipynb", analysis("x = 1", metrics="gone@1.0.0"))
    done = nbpeer("metrics", "export", "--dbt-exposures")
    assert done.code == 0
    found = {exposure["name"]: exposure for exposure in yaml.load(done.out)["exposures"]}
    assert sorted(found) == ["analyses_bad", "analyses_call", "analyses_other", "analyses_own"]
    assert found["analyses_own"] == {
        "name": "analyses_own",
        "label": "Users",
        "type": "notebook",
        "maturity": "high",
        "description": "How many?",
        "owner": {"name": "lead@example.org", "email": "lead@example.org"},
        "depends_on": ["metric('wau')"],
        "config": {"tags": ["growth"], "meta": {"analysis": "analyses/own.ipynb"}},
    }
    assert found["analyses_other"]["depends_on"] == []
    target = tmp_path / "models" / "analyses.yml"
    assert nbpeer("metrics", "export", "--dbt-exposures", "-o", target).out == f"{target}: 4 exposures\n"
    assert target.read_text() == done.out
    assert nbpeer("metrics", "export", "--dbt-exposures", "-o", target).out.endswith("4 exposures, as they were\n")


@pytest.mark.parametrize(
    ("cells", "metrics", "has_registry", "said", "answered"),
    [
        (["x = 1"], "", True, "nothing found by NBP701, NBP702, NBP703", True),
        (["x = 1"], "", False, "not applied: NBP701, NBP702, NBP703", False),
        (["x = 1"], "wau@2.1.0", True, "NBP703 metric-differs, cell 1: no query here can be held against", False),
        (["x = 1"], "wau@2.0.0", True, "NBP702 metric-stale, cell 1: `wau@2.0.0` is cited", False),
    ],
    ids=["nothing to say", "no registry", "cannot be told", "stale"],
)
def test_the_question_of_current_definitions_is_a_persons_unless_rules_could_look_and_found_nothing(
    team: GitRepository, cells: list[str], metrics: str, has_registry: bool, said: str, answered: bool
) -> None:
    from nbpeer.commands.status import facts_for, questions_for
    from nbpeer.config import load_config
    from nbpeer.repo.git import resolve

    team.write("analyses/other.ipynb", analysis(*cells, metrics=metrics))
    if not has_registry:
        (team.path / "metrics.yml").unlink()
    facts = facts_for(team.path, load_config(team.path), "analyses/other.ipynb", resolve(team.path, "HEAD"))
    (question,) = [one for one in questions_for(facts) if one.item.id == "C6"]
    assert any(line.startswith(said) for line in question.evidence), question.evidence
    assert (question.answer is not None) == answered


def test_only_a_change_of_a_cited_metric_makes_an_analysis_run_again(team: GitRepository) -> None:
    from nbpeer.commands.run_changed import _MetricsSince
    from nbpeer.repo.git import resolve

    before = resolve(team.path, "HEAD")
    team.write("metrics.yml", registry("2.2.0").replace("2 * wau", "3 * wau"))
    since = _MetricsSince(team.path, before)
    assert since.of(["wau@2.1.0"]) == since.of(["doubled"]) == "metrics.yml"
    assert since.of([]) == since.of(["another"]) == ""
    team.write("metrics.yml", registry(owner="growth"))
    assert _MetricsSince(team.path, before).of(["wau@2.1.0"]) == ""
