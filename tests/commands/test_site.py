"""The site: whole, linked, harmless, and only what changes is written."""

from __future__ import annotations

import datetime
import html
import json
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import deciding
import making
import reviewing
from conftest import GitRepository, Outcome
from nbpeer.commands.decide import Deciding, decide
from nbpeer.commands.outcome import Found, record_outcome
from nbpeer.commands.sign import Statement, sign
from nbpeer.commands.site import SiteRequest, site
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.catalogue import Catalogue, CatalogueEntry
from nbpeer.model.decision import Forecast
from nbpeer.model.review import Answer
from nbpeer.registry.decisions import Said
from nbpeer.render.site import SiteOptions, entry_file, site_pages
from nbpeer.render.site_groups import slug
from reviewing import PATH

Nbpeer = Callable[..., Outcome]
HARM = '<img src=x onerror=alert(1)> & "quoted" {{ 7*7 }} </script> ]]> \u202e'


def registry(version: str = "2.1.0", **more: str) -> dict[str, Any]:
    """A registry of one metric, which nobody has to cite."""
    expression = {"dialects": [{"dialect": "ANSI_SQL", "expression": "COUNT(DISTINCT events.user_id)"}]}
    ours = {"vendor_name": "NBPEER", "data": {"version": version, "owner": "product"}}
    metric = {"name": "wau", "expression": expression, "custom_extensions": [ours], **more}
    model = {"name": "shop", "datasets": [{"name": "events", "source": "app.events"}], "metrics": [metric]}
    return {"version": "0.2.0.dev0", "semantic_model": [model]}


def header(title: str, **more: object) -> str:
    lines = [f"title: {json.dumps(title)}", *(f"{key}: {json.dumps(value)}" for key, value in more.items())]
    return "---\n" + "\n".join(lines) + "\n---\n"


@pytest.fixture
def team(repo: GitRepository) -> GitRepository:
    """main with a few analyses, one of them with everything that could harm a page."""
    reviewing.begin(repo)
    repo.git("switch", "--quiet", "-C", "main", "work")
    repo.write("sub dir/ä #1?.ipynb", making.notebook(header=header("Odd name", question="Is it linked?")))
    cells = [making.markdown(f"# Summary\n\n{HARM}\n\n[x](javascript:alert(1))")]
    words = {"question": HARM, "decision_owner": HARM, "kind": HARM, "tags": HARM, "metrics": HARM}
    repo.write("harm.ipynb", making.notebook(*cells, header=header(HARM, **words)))
    repo.write("metrics.yml", json.dumps(registry(description=HARM)))
    repo.write("cites.ipynb", making.notebook(header=header("Cites", metrics=["wau@1.0.0", "none"])))
    repo.commit("more")
    deciding.decided(repo, "harm.ipynb", chosen=HARM, owner=HARM)
    assert repo.git("status", "--porcelain") == ""
    return repo


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


def parsed(page: Path) -> _Links:
    links = _Links()
    links.feed(page.read_text(encoding="utf-8"))
    return links


def test_text_that_is_not_utf8_stops_nothing_and_a_file_so_named_is_left_out_with_a_note(
    repo: GitRepository, nbpeer: Nbpeer
) -> None:
    cells = [making.markdown("## Summary\n\nIt rose\ud800.")]
    repo.write("a.ipynb", json.dumps(making.notebook(*cells, header=header("Rose"))))
    repo.write("b\udcff.ipynb", making.notebook(header=header("Odd")))
    repo.commit("both")
    done = nbpeer("site", "--title", "T\udcff")
    assert done.code == 0, done.err
    assert "Note: b\\xff.ipynb is left out: its name is not UTF-8" in done.out
    (entry,) = map(json.loads, (repo.path / "site/catalogue.jsonl").read_text("utf-8").splitlines())
    assert (entry["path"], entry["answer"]) == ("a.ipynb", "It rose?.")
    assert "0 written" in nbpeer("site", "--title", "T\udcff").out


def test_every_link_of_every_page_leads_somewhere(team: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("site")
    assert done.code == 0, done.err
    folder = team.path / "site"
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        for link in parsed(page).found:
            place, _, _ = link.partition("#")
            assert not place or place.startswith("data:image/") or (page.parent / unquote(place)).is_file(), (
                page,
                link,
            )
    reached = {page.resolve() for page in pages} - {folder.resolve() / "index.html"}
    linked = {
        (page.parent / unquote(link.partition("#")[0])).resolve() for page in pages for link in parsed(page).found
    }
    assert reached <= linked


def test_what_an_analysis_says_is_text_on_every_page(team: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("site")
    folder = team.path / "site"
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<img src=x" not in text
        assert "{{ 7*7 }}" in text or "7*7" not in text
        assert "javascript:" not in text
        assert set(parsed(page).tags).isdisjoint({"iframe", "object", "form", "style"})


def test_building_again_writes_nothing_and_one_change_writes_few_pages(team: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("site")
    folder = team.path / "site"
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*.html")}
    assert nbpeer("site", "--format", "json").json["written"] == 0
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.html")} == times
    team.write(PATH, reviewing.pricing("rate = 3\n"))
    done = nbpeer("site", "--format", "json").json
    other = folder / "analyses" / "harm.html"
    assert 0 < done["written"] < done["pages"]
    assert other.stat().st_mtime_ns == times[other]
    assert "a cell was edited after the recorded run" in (folder / "analyses/analyses/pricing.html").read_text()


def words(page: Path) -> str:
    """What a page says, as text without tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))).split())


def test_a_page_has_the_decisions_on_it_and_what_became_of_them(team: GitRepository, nbpeer: Nbpeer) -> None:
    forecast = Forecast("conversion", 0.04, 0.03, 0.05, datetime.date(2026, 12, 24))
    deciding.decided(team, chosen="Roll it out", forecasts=(forecast,))
    nbpeer("site")
    page = team.path / "site/analyses/analyses/pricing.html"
    assert "0002 Roll it out decided on 2026-03-01 by pricing lead outcome due 2026-12-24" in words(page)
    assert "It was decided without an approval" in words(page)
    told = ["outcome", "2", "--hypothesis", "refuted", "--used", "no", "--why-not", "late"]
    assert nbpeer(*told, "--observed", "conversion", "0.06").code == 0
    done = nbpeer("site", "--format", "json").json
    assert done["written"] < done["pages"] / 2
    assert "✗ refuted Conversion rises" in words(page)
    assert re.search(r"conversion by 2026-12-24 .*0\.03 to 0\.05 .*0\.06 .*outside the interval", words(page))
    listed = words(team.path / "site/decisions.html")
    assert listed.index("0001") < listed.index("Reviewed, superseded") < listed.index("0002 Roll it out")
    rows = [json.loads(line) for line in (team.path / "site/decisions.jsonl").read_text().splitlines()]
    assert [(row["number"], row["due"], row["within_interval"]) for row in rows] == [(1, None, 0), (2, None, 0)]


def test_a_decision_on_content_that_changed_since_says_so(team: GitRepository, nbpeer: Nbpeer) -> None:
    deciding.decided(team)
    nbpeer("site")
    page = team.path / "site/analyses/analyses/pricing.html"
    assert "rests on an earlier content" not in words(page)
    team.write(PATH, reviewing.pricing("rate = 3\n"))
    nbpeer("site")
    assert "rests on an earlier content" in words(page)


def test_a_metric_has_its_definition_and_whether_its_present_version_is_cited(
    team: GitRepository, nbpeer: Nbpeer
) -> None:
    nbpeer("site")
    page, none = team.path / "site/metrics/wau.html", team.path / "site/metrics/none.html"
    for said in (
        "wau@2.1.0",
        "COUNT(DISTINCT user_id)",
        "Owner product",
        "Status active",
        "cites 1.0.0, not the present 2.1.0",
    ):
        assert said in words(page)
    assert "metrics.yml does not define it" in words(none)
    team.write("metrics.yml", json.dumps(registry("1.0.0")))
    nbpeer("site")
    assert "cites 1.0.0, the present version" in words(page)
    assert "cites 1.0.0, the present version" in words(team.path / "site/analyses/cites.html")
    (team.path / "cites.ipynb").unlink()
    nbpeer("site")
    assert "No analysis cites it." in words(page)


def test_what_is_gone_leaves_no_page(team: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("site")
    page = team.path / "site/analyses/harm.html"
    assert page.exists()
    (team.path / "harm.ipynb").unlink()
    nbpeer("site")
    assert not page.exists()


def test_a_page_that_somebody_deleted_comes_back(team: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("site")
    page = team.path / "site/analyses/harm.html"
    before = page.read_bytes()
    page.unlink()
    nbpeer("site")
    assert page.read_bytes() == before


@pytest.mark.parametrize("path", ["docs", "notes.txt"])
def test_a_folder_that_holds_something_else_is_left_alone(team: GitRepository, nbpeer: Nbpeer, path: str) -> None:
    team.write("docs/mine.md", "mine")
    team.write("notes.txt", "mine")
    before = files(team.path / "docs")
    done = nbpeer("site", "-o", path)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert files(team.path / "docs") == before


def test_the_default_folder_is_not_for_git(team: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("site")
    assert team.git("status", "--porcelain") == ""


def test_the_feed_is_atom_and_the_lines_are_json(team: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("site", "--url", "https://analyses.example.org/", "--title", "What we know")
    folder = team.path / "site"
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.parse(folder / "feed.xml").getroot()
    assert feed.findtext(f"{atom}title") == "What we know"
    for element in [feed, *feed.findall(f"{atom}entry")]:
        for needed in ("id", "title", "updated"):
            assert element.findtext(f"{atom}{needed}")
    hrefs = [link.get("href") for link in feed.iter(f"{atom}link")]
    assert "https://analyses.example.org/analyses/analyses/pricing.html" in hrefs
    assert len({entry.findtext(f"{atom}id") for entry in feed.findall(f"{atom}entry")}) == 4
    lines = (folder / "catalogue.jsonl").read_text().splitlines()
    assert {json.loads(line)["path"] for line in lines} == {PATH, "harm.ipynb", "sub dir/ä #1?.ipynb", "cites.ipynb"}
    assert json.loads((folder / "results.jsonl").read_text())["name"] == "conversion"
    assert json.loads((folder / "catalogue.json").read_text())["entries"]


def test_pandas_reads_what_the_intake_catalogue_names(team: GitRepository, nbpeer: Nbpeer) -> None:
    import pandas

    nbpeer("site")
    folder = team.path / "site"
    for source in json.loads((folder / "intake.yml").read_text())["sources"].values():
        address = source["args"]["urlpath"].replace("{{ CATALOG_DIR }}", folder.as_uri())
        assert len(pandas.read_json(address, **source["args"]["read_kwargs"])) > 0


def test_a_repository_without_analyses_says_how_to_begin(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write("readme.md", "x")
    repo.commit()
    assert nbpeer("site").code == 0
    assert "nbpeer new" in (repo.path / "site/index.html").read_text()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
made = st.builds(
    CatalogueEntry,
    path=st.from_regex(r"[a-z]{1,8}\.ipynb", fullmatch=True),
    title=texts,
    status=st.sampled_from(["approved", "lapsed", "draft"]),
    reason=texts,
    tags=st.lists(texts, max_size=2).map(tuple),
    authors=st.lists(texts.filter(bool), max_size=2).map(tuple),
    created=st.sampled_from(["", "2026-01-01", "2026-02-02"]),
)


@given(st.lists(made, max_size=6, unique_by=lambda entry: entry.path))
def test_a_page_with_the_same_key_is_the_same_and_no_two_pages_share_a_file(entries: list[CatalogueEntry]) -> None:
    catalogue = Catalogue("main", tuple(sorted(entries, key=lambda entry: entry.path)))
    pages = list(site_pages(catalogue, SiteOptions(), "1", "lib"))
    assert len({page.path for page in pages}) == len(pages)
    other = Catalogue("main", tuple(entry for entry in catalogue.entries if entry.status != "draft"))
    again = {page.path: page for page in site_pages(other, SiteOptions(), "1", "lib")}
    for page in pages:
        if page.path in again and again[page.path].key == page.key:
            assert again[page.path].render() == page.render()


@given(st.lists(texts, min_size=2, max_size=2, unique=True))
def test_different_names_have_different_files(names: list[str]) -> None:
    one, other = map(slug, names)
    assert one != other
    assert re.fullmatch(r"[a-z0-9_-]+", one)


@given(st.text(max_size=20))
def test_a_page_stays_inside_the_site(path: str) -> None:
    name = entry_file(f"x/{path}.ipynb")
    assert name.startswith("analyses/x/")
    assert not re.search(r'[\x00-\x1f<>:"\\|?*]', name)


def _approved(repo: GitRepository) -> None:
    """main with an analysis that somebody else approved."""
    reviewing.begin(repo)
    answers = {name: Answer(name, said) for name, said in reviewing.ANSWERS.items()}
    sign(repo.path, Config(), PATH, Statement(reviewing.REVIEWER, "approve", answers))
    repo.commit("signed")
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "work")


def _title(repo: GitRepository, word: str) -> None:
    repo.write("a.ipynb", making.notebook(header=header(word, tags=["t", word], metrics=["wau@x"])))


def _owner(repo: GitRepository, word: str) -> None:
    repo.write("sub/b.ipynb", making.notebook(header=header("b", decision_owner=word, supersedes=["../a.ipynb"])))


def _metric(repo: GitRepository, word: str) -> None:
    repo.write("metrics.yml", json.dumps(registry(word)))


def _decision(repo: GitRepository, word: str) -> None:
    forecasts = (Forecast("conversion", 0.04, 0.03, 0.05),)
    with suppress(NbpeerError):  # it is decided already, or the analysis is gone
        decide(repo.path, Config(), PATH, Deciding(Said(word, forecasts=forecasts), deciding.DAY, anyway=True))


def _outcome(repo: GitRepository, word: str) -> None:
    for path in sorted((repo.path / "decisions").glob("*.md"))[:1]:
        found = Found({"conversion": 0.06}, "refuted", note=word)
        record_outcome(repo.path, path.name[:4], found, deciding.DAY, deciding.DAY)


def _lapse(repo: GitRepository, word: str) -> None:
    repo.write(PATH, reviewing.pricing(f"rate = {word!r}\n"))


def _delete(repo: GitRepository, word: str) -> None:
    for path in (repo.path / PATH, repo.path / "decisions/0001-price-test.md")["xyz".index(word) % 2 :]:
        path.unlink(missing_ok=True)


def _rename(repo: GitRepository, word: str) -> None:
    if (repo.path / "a.ipynb").exists():
        (repo.path / "a.ipynb").rename(repo.path / f"{word}.ipynb")


def _person(repo: GitRepository, word: str) -> None:
    repo.git("config", "user.name", f"Ana {word}")
    repo.write(f"{word}.txt", "x")


def _branch(repo: GitRepository, word: str) -> None:
    repo.git("switch", "--quiet", "-C", "side")
    repo.write("side.ipynb", making.notebook(header=header(word)))
    repo.commit("on the side")
    repo.git("switch", "--quiet", "main")
    repo.write(f"main {word}.ipynb", making.notebook(header=header(word)))
    repo.commit("on main")
    repo.git("merge", "--quiet", "--no-edit", "-X", "theirs", "side")


_STEPS = (_title, _owner, _metric, _decision, _outcome, _lapse, _delete, _rename, _person, _branch)


@given(st.lists(st.tuples(st.sampled_from(_STEPS), st.sampled_from("xyz")), min_size=2, max_size=6))
@example([(step, "x") for step in _STEPS])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6)
def test_bringing_up_to_date_gives_what_building_anew_gives(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Callable[[GitRepository, str], None], str]]
) -> None:
    """Byte for byte, from an approved analysis on, after every step; what is built anew knows of no cache."""
    repo = GitRepository(tmp_path_factory.mktemp("site"))
    repo.git("init", "--quiet", "-b", "main")
    _approved(repo)
    updated, anew = repo.path / ".nbpeer/runs/updated", repo.path / ".nbpeer/runs/anew"
    site(repo.path, Config(), SiteRequest(updated))
    assert '"status":"approved"' in (updated / "catalogue.jsonl").read_text()
    for step, word in steps:
        step(repo, word)
        repo.commit(f"{step.__name__} {word}")
        site(repo.path, Config(), SiteRequest(updated))
        cache = repo.path / ".nbpeer/cache/catalogue.msgpack"
        kept = cache.read_bytes()
        cache.unlink()
        shutil.rmtree(anew, ignore_errors=True)
        site(repo.path, Config(), SiteRequest(anew))
        assert files(updated) == files(anew), step.__name__
        cache.write_bytes(kept)


def test_a_build_that_was_stopped_leaves_nothing_stale_behind(team: GitRepository, nbpeer: Nbpeer) -> None:
    """Stopped after some pages were written, and what had changed is as before again."""
    nbpeer("site")
    folder = team.path / "site"
    before, original = files(folder), (team.path / "cites.ipynb").read_bytes()
    for other in ("cites.ipynb", "new.ipynb"):
        team.write(other, making.notebook(header=header("Changed", tags=["new"])))

    def stop(step: str) -> None:
        if step == "catalogue.json":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        site(team.path, Config(), SiteRequest(folder), stop)
    assert files(folder).keys() > before.keys()
    (team.path / "new.ipynb").unlink()
    team.write("cites.ipynb", original)
    assert nbpeer("site").code == 0
    assert files(folder) == before
