"""Our hooks in somebody's .pre-commit-config.yaml."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer import yaml
from nbpeer.errors import NbpeerError
from nbpeer.repo.pre_commit import OUR_HOOKS, Hook, hooks, our_entry, with_entry, without_hooks

RELEASED = our_entry("1.2.3", "https://git.example.org/nbpeer")

CONFIGURATIONS = {
    "nothing": "",
    "comments only": "# ours\n",
    "no repos": "fail_fast: true\n",
    "empty repos": "repos:\n",
    "flush items": "repos:\n- repo: meta\n  hooks:\n  - id: identity\n",
    "indented items, no last newline": "repos:\n    -   repo: meta\n        hooks:\n        -   id: identity",
    "keys after repos": "repos:\n  - repo: meta\n    hooks: [{id: identity}]\n\n# how\nfail_fast: no\nci: {}\n",
    "keys before repos": "default_stages: [pre-commit]\nrepos:\n  - repo: meta\n    hooks: [{id: identity}]\n# end\n",
    "Windows line ends": "repos:\r\n  - repo: meta  # ours\r\n    hooks: [{id: identity}]\r\n",
    "a document mark": "---\nrepos:\n- repo: meta\n  hooks: [{id: identity}]\n",
    "block text": "repos:\n- repo: local\n  hooks:\n  - id: a\n    entry: |\n      # no comment\n      fail_fast: 1\n",
}


@pytest.mark.parametrize("text", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_lines_are_only_added(text: str) -> None:
    new = with_entry(text, RELEASED)
    before, after = yaml.load(text) or {}, yaml.load(new)
    assert after == {**before, "repos": [*(before.get("repos") or []), *yaml.load(RELEASED)]}
    kept = iter(new.splitlines())
    assert all(line in kept for line in text.splitlines())
    assert len(new.splitlines()) <= len(text.splitlines()) + len(RELEASED.splitlines()) + 1
    assert (new.count("\r\n") == new.count("\n")) == ("\r\n" in text)


@pytest.mark.parametrize("text", ["repos: []  # none yet\nfail_fast: true\n", "{repos: [{repo: meta, hooks: []}]}\n"])
def test_a_list_in_flow_style_is_written_anew_with_its_comments(text: str) -> None:
    new = with_entry(text, RELEASED)
    assert [hook.id for hook in hooks(new)] == list(OUR_HOOKS)
    assert text.count("#") == new.count("#")


_SCALARS = st.one_of(
    st.booleans(), st.integers(), st.text(st.characters(codec="ascii", categories=("L", "N", "P")), max_size=9)
)
_HOOKS = st.lists(st.fixed_dictionaries({"id": _SCALARS}, optional={"args": st.lists(_SCALARS)}), max_size=2)
_REPOSITORIES = st.lists(st.fixed_dictionaries({"repo": _SCALARS, "hooks": _HOOKS}), max_size=3)


@given(
    before=st.dictionaries(st.sampled_from(["a", "fail_fast"]), _SCALARS),
    repositories=_REPOSITORIES,
    after=st.dictionaries(st.sampled_from(["z", "exclude"]), _SCALARS),
)
def test_any_configuration_gains_the_entry_and_nothing_else(
    before: dict[str, object], repositories: list[object], after: dict[str, object]
) -> None:
    value = {**before, "repos": repositories, **after}
    new = with_entry(yaml.dump(value), RELEASED)
    assert yaml.load(new) == {**value, "repos": [*repositories, *yaml.load(RELEASED)]}


@pytest.mark.parametrize("text", ["repos: 3\n", "- repo: meta\n", "repos: [\n", "text\n", "repos: {a: 1}\n"])
def test_what_is_no_configuration_is_refused(text: str) -> None:
    with pytest.raises(NbpeerError, match=r"\.pre-commit-config\.yaml"):
        with_entry(text, RELEASED)
    with pytest.raises(NbpeerError, match=r"\.pre-commit-config\.yaml"):
        hooks(text)


def test_a_release_is_pinned_to_its_tag() -> None:
    (entry,) = yaml.load(RELEASED)
    assert (entry["repo"], entry["rev"]) == ("https://git.example.org/nbpeer", "v1.2.3")
    assert [hook["id"] for hook in entry["hooks"]] == list(OUR_HOOKS)


@pytest.mark.parametrize("version, home", [("1.2.3", ""), ("1.3.0.dev0", "https://git.example.org/nbpeer"), ("", "")])
def test_without_a_tag_to_pin_to_the_installed_nbpeer_runs(version: str, home: str) -> None:
    (entry,) = yaml.load(our_entry(version, home))
    assert (entry["repo"], "rev" in entry) == ("local", False)
    assert [hook["entry"] for hook in entry["hooks"]] == list(OUR_HOOKS.values())


def test_hooks_of_every_shape_are_listed() -> None:
    text = "repos:\n- repo: a\n  hooks: [{id: x, args: [-m, 3]}]\n- repo: b\n- text\n- {repo: c, hooks: [y, {}]}\n"
    assert hooks(text) == (Hook("x", ("-m", "3")), Hook(""))


def test_a_hook_knows_its_entry_and_its_patterns() -> None:
    text = "repos:\n- repo: local\n  hooks:\n  - {id: x, entry: nbstripout -t, files: ^a/, exclude: b}\n"
    assert hooks(text) == (Hook("x", (), "nbstripout -t", "^a/", "b"),)


def test_our_stripping_hook_takes_over_patterns() -> None:
    for entry in (our_entry("1.2.3", "https://git.example.org/nbpeer", LIMITS), our_entry("", "", LIMITS)):
        strip, check = hooks(with_entry("", entry))
        assert (strip.id, strip.files, strip.exclude) == ("nbpeer-strip", r"^a\d/", 'it "is"')
        assert (check.id, check.files, check.exclude) == ("nbpeer-check", "", "")


LIMITS = {"files": r"^a\d/", "exclude": 'it "is"'}


def _unwanted(hook: Hook) -> bool:
    return hook.id == "gone"


WITHOUT = {
    "the only repository": (
        "# ours\nrepos:\n- repo: a\n  rev: 1\n  hooks:\n  - id: gone\n    args: [-x]\n",
        "# ours\nrepos:\n",
    ),
    "between two, with comments": (
        "repos:\n  - repo: meta\n    hooks: [{id: identity}]\n\n  # strips\n"
        "  - repo: a\n    hooks:\n      - id: gone\n\n  # checks\n  - repo: b\n    hooks:\n      - id: stays\n",
        "repos:\n  - repo: meta\n    hooks: [{id: identity}]\n\n"
        "  # checks\n  - repo: b\n    hooks:\n      - id: stays\n",
    ),
    "one hook of several": (
        "repos:\n- repo: local\n  hooks:\n  - id: one  # 1\n  - id: gone\n    args:\n    - -x\n  - id: two\nci: {}\n",
        "repos:\n- repo: local\n  hooks:\n  - id: one  # 1\n  - id: two\nci: {}\n",
    ),
    "the last, before another key": (
        "repos:\n- repo: a\n  hooks: [{id: one}]\n- repo: b\n  hooks: [{id: gone}]\n\n# how\nfail_fast: true\n",
        "repos:\n- repo: a\n  hooks: [{id: one}]\n\n# how\nfail_fast: true\n",
    ),
    "Windows line ends": (
        "repos:\r\n- repo: a\r\n  hooks:\r\n  - id: gone\r\n- repo: b\r\n  hooks:\r\n  - id: one\r\n",
        "repos:\r\n- repo: b\r\n  hooks:\r\n  - id: one\r\n",
    ),
    "nothing of it": (
        "repos: [{repo: a, hooks: [{id: one}]}]  # as it is",
        "repos: [{repo: a, hooks: [{id: one}]}]  # as it is",
    ),
}


@pytest.mark.parametrize("text, left", WITHOUT.values(), ids=WITHOUT.keys())
def test_hooks_go_with_their_lines_and_no_other(text: str, left: str) -> None:
    assert without_hooks(text, _unwanted) == left


@pytest.mark.parametrize(
    "text, left",
    [
        ("repos: [{repo: a, hooks: [{id: gone}, {id: one}]}]\n", [{"repo": "a", "hooks": [{"id": "one"}]}]),
        ("repos: [{repo: a, hooks: [{id: gone}]}]\n", []),
        ("repos:\n-\n  repo: a\n  hooks:\n  - id: gone\n", []),
        ("repos:\n- repo: a\n  hooks: [{id: one}, {id: gone}]\n", [{"repo": "a", "hooks": [{"id": "one"}]}]),
    ],
)
def test_hooks_in_flow_style_go_too(text: str, left: list[object]) -> None:
    found = yaml.load(without_hooks(text, _unwanted)) or {}
    assert (found.get("repos") or []) == left


@given(
    st.lists(st.lists(st.sampled_from(["gone", "one", "two"]), min_size=1, max_size=3), min_size=1, max_size=4),
    st.sampled_from(["", "  "]),
    st.sampled_from(["", "# note\n", "\n"]),
)
def test_whatever_the_hooks_exactly_the_unwanted_go(repositories: list[list[str]], indent: str, between: str) -> None:
    text = "repos:\n"
    for number, ids in enumerate(repositories):
        text += f"{indent}- repo: r{number}\n{indent}  hooks:\n" + "".join(f"{indent}  - id: {name}\n" for name in ids)
        text += between
    left = without_hooks(text, _unwanted)
    assert [hook.id for hook in hooks(left)] == [name for ids in repositories for name in ids if name != "gone"]
    assert left.count("# note") == text.count("# note")
    assert len(left.splitlines()) <= len(text.splitlines())
