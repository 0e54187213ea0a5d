"""Sign-offs derived again: what holds, what has lapsed, and every way to forge one. Keys are made by ssh-keygen."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import making
import reviewing
import signing
from conftest import GitRepository, Outcome
from nbpeer.model.review import SignOff, encode_sign_off, sign_off_path
from reviewing import ANALYST, PATH, REVIEWER, SECOND

Nbpeer = Callable[..., Outcome]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return signing.make_key(tmp_path)


@pytest.fixture
def signed(repo: GitRepository, nbpeer: Nbpeer, tmp_path: Path, key: Path) -> GitRepository:
    """The reviewer, whose key main lists, has approved with it and committed that."""
    reviewing.begin(repo)
    signing.list_signers(repo, signing.listed(key, REVIEWER))
    done = nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path), "--ssh-key", key)
    assert done.code == 0, done.err
    repo.commit("signed")
    return repo


def only(done: Outcome) -> tuple[str, str]:
    """The standing of the only sign-off, and the reason."""
    found = [one for analysis in done.json["analyses"] for one in analysis["sign_offs"]] + done.json["stray"]
    (one,) = found
    return one["standing"], one["reason"]


def forge(repo: GitRepository, **changes: Any) -> SignOff:
    """Replace the only sign-off by one in which something was changed by hand."""
    (sign_off,) = reviewing.sign_offs(repo)
    (repo.path / sign_off_path(sign_off)).unlink()
    changed = replace(sign_off, **changes)
    repo.write(sign_off_path(changed), encode_sign_off(changed))
    return changed


def test_a_signed_approval_holds_and_says_what_was_looked_at(signed: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("verify", "--format", "json")
    assert done.code == 0, done.out
    standing, reason = only(done)
    assert standing == "holds"
    assert "ab_test 1.1, 9 answers, SSH signature verified" in reason
    lines = nbpeer("verify").out.splitlines()
    assert lines[0] == f"✓ {PATH}  medium, approved"
    assert lines[-1] == "Sound: 1 analysis approved; 1 of 1 sign-offs hold."
    assert "with a verified signature" in nbpeer("status").out


def test_the_documented_recipe_verifies_it_without_us(signed: GitRepository, key: Path, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/gate.md").read_text()
    recipe = textwrap.dedent(page[page.index("    python -c") : page.index("## Verifying everything")])
    (sign_off,) = reviewing.sign_offs(signed)
    words = {"SIGNOFF.json": sign_off_path(sign_off), "REVIEWER": REVIEWER, "python": sys.executable}
    for word, meant in words.items():
        recipe = recipe.replace(word, meant)
    signed.git("checkout", "--quiet", "main", "--", ".nbpeer/allowed_signers")
    done = subprocess.run(["bash", "-c", recipe], cwd=signed.path, capture_output=True, text=True)
    assert 'Good "nbpeer" signature for reviewer@example.org' in done.stdout, done.stderr


def test_an_altered_answer_is_found_by_the_signature(signed: GitRepository, nbpeer: Nbpeer) -> None:
    forge(signed, comment="and I looked at everything twice")
    done = nbpeer("verify", "--format", "json")
    assert done.code == 1
    assert only(done) == ("fails", "has a signature that does not hold: the sign-off is not what was signed")
    assert nbpeer("status").code == 1


def test_a_sign_off_written_in_somebodys_name_is_found(signed: GitRepository, nbpeer: Nbpeer) -> None:
    forge(signed, reviewer=SECOND)
    done = nbpeer("verify", "--format", "json")
    assert done.code == 1
    assert "the sign-off is not what was signed" in only(done)[1]


def test_a_signature_is_not_replayed_on_other_content(signed: GitRepository, nbpeer: Nbpeer) -> None:
    signed.be(ANALYST)
    signed.write(PATH, reviewing.pricing("rate = 0.9\n"))
    reviewing.record(signed, 0.9)
    signed.commit("another result")
    content = nbpeer("status", "--format", "json").json["analyses"][0]["content"]
    forge(signed, content=content)
    done = nbpeer("verify", "--format", "json")
    assert done.code == 1
    assert only(done)[0] == "fails"
    assert "content hash does not belong to its digests" in only(done)[1]


def test_a_copied_signature_is_not_replayed_on_another_sign_off(
    signed: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    (old,) = reviewing.sign_offs(signed)
    signed.be(ANALYST)
    signed.write(PATH, reviewing.pricing("rate = 0.9\n"))
    reviewing.record(signed, 0.9)
    signed.commit("another result")
    signed.be(REVIEWER)
    assert nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path), "--unsigned").code == 0
    (signed.path / sign_off_path(old)).unlink()
    forge(signed, signature=old.signature)
    done = nbpeer("verify", "--format", "json")
    assert done.code == 1
    assert "the sign-off is not what was signed" in only(done)[1]


def test_a_key_that_expired_before_it_signed_does_not_count(signed: GitRepository, nbpeer: Nbpeer, key: Path) -> None:
    signing.list_signers(signed, signing.listed(key, REVIEWER, 'valid-before="20200101"'))
    done = nbpeer("verify", "--format", "json")
    assert done.code == 1
    assert "key has expired" in only(done)[1]


def test_a_key_that_was_taken_off_the_list_does_not_count(
    signed: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    other = signing.make_key(tmp_path, "other")
    signing.list_signers(signed, signing.listed(other, REVIEWER))
    assert "its key is not listed" in only(nbpeer("verify", "--format", "json"))[1]


def test_a_branch_cannot_list_its_own_signers(repo: GitRepository, nbpeer: Nbpeer, tmp_path: Path, key: Path) -> None:
    reviewing.begin(repo)
    repo.git("switch", "--quiet", "main")
    repo.write("nbpeer.toml", "[gate]\nrequire-signature = true\n")
    repo.commit("signatures", author="Maintainer <maintainer@example.org>")
    repo.git("switch", "--quiet", "work")
    repo.write(".nbpeer/allowed_signers", signing.listed(key, REVIEWER))
    assert nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path), "--ssh-key", key).code == 0
    done = nbpeer("verify", "--format", "json")
    assert done.code == 1
    assert "the base lists no signers, and the gate asks for an SSH signature" in only(done)[1]
    assert any("this branch's own vouches for nobody" in note for note in done.json["notes"])


def test_without_a_list_a_signature_is_neither_asked_for_nor_verified(
    repo: GitRepository, nbpeer: Nbpeer, tmp_path: Path, key: Path
) -> None:
    reviewing.begin(repo)
    assert nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path), "--ssh-key", key).code == 0
    done = nbpeer("verify", "--format", "json")
    assert done.code == 0
    assert "SSH signature not verified: the base lists no signers" in only(done)[1]


def test_where_a_signature_is_asked_for_one_without_does_not_count(
    signed: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    signed.git("switch", "--quiet", "main")
    signed.write("nbpeer.toml", "[gate.tiers.medium]\nrequire-signature = true\n")
    signed.commit("signatures", author="Maintainer <maintainer@example.org>")
    signed.git("switch", "--quiet", "work")
    assert nbpeer("verify").code == 0
    assert nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path), "--unsigned").code == 0
    done = nbpeer("verify", "--format", "json")
    assert done.code == 1
    assert "without a key, and the gate asks for an SSH signature" in only(done)[1]


def test_gits_own_key_signs_without_being_asked(repo: GitRepository, nbpeer: Nbpeer, tmp_path: Path, key: Path) -> None:
    reviewing.begin(repo)
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingkey", str(key))
    done = nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path))
    assert "signed with your SSH key" in done.out
    assert reviewing.sign_offs(repo)[0].signature.startswith("-----BEGIN SSH SIGNATURE-----")
    nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path), "--unsigned")
    assert reviewing.sign_offs(repo)[0].signature == ""


def test_a_signature_that_would_not_count_is_refused_when_it_is_made(
    repo: GitRepository, nbpeer: Nbpeer, tmp_path: Path, key: Path
) -> None:
    reviewing.begin(repo)
    signing.list_signers(repo, signing.listed(key, SECOND))
    done = nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path), "--ssh-key", key)
    assert done.code == 2
    assert f"its key is not listed for {REVIEWER} in main's .nbpeer/allowed_signers" in done.err
    assert reviewing.sign_offs(repo) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reviewer": ANALYST}, "is an author of the changes"),
        ({"tier": "low"}, "answered for tier low, and this analysis is medium"),
        ({"answers": ()}, "left C1, C2"),
        ({"content": "sha256:" + "0" * 64}, "content hash does not belong to its digests"),
        ({"checklist_version": "0.9"}, "answered version 0.9 of the checklist"),
    ],
)
def test_unsigned_sign_offs_are_held_against_the_rest(
    repo: GitRepository, nbpeer: Nbpeer, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    reviewing.begin(repo)
    assert nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path)).code == 0
    forge(repo, **changes)
    done = nbpeer("verify", "--format", "json")
    assert done.code == 1
    assert only(done)[0] == "fails"
    assert said in only(done)[1]


def test_a_lapsed_approval_is_no_fault_but_approves_nothing(signed: GitRepository, nbpeer: Nbpeer) -> None:
    signed.be(ANALYST)
    signed.write(PATH, reviewing.pricing("rate = 0.9\n"))
    reviewing.record(signed, 0.9)
    done = nbpeer("verify", "--format", "json")
    assert done.code == 1
    assert only(done)[0] == "lapsed"
    assert done.json["analyses"][0]["approved"] is False


def test_an_altered_approval_of_earlier_content_still_fails(signed: GitRepository, nbpeer: Nbpeer) -> None:
    signed.be(ANALYST)
    signed.write(PATH, reviewing.pricing("rate = 0.9\n"))
    reviewing.record(signed, 0.9)
    forge(signed, comment="altered")
    assert only(nbpeer("verify", "--format", "json"))[0] == "fails"


def test_the_second_reviewer_is_asked_for(repo: GitRepository, nbpeer: Nbpeer, tmp_path: Path) -> None:
    header = making.HEADER.replace("tier: medium", "tier: business_critical")
    reviewing.begin(repo, reviewing.pricing(header=header))
    items = [*reviewing.ANSWERS, "C10", "B1", "B2", *(f"A{number}" for number in range(1, 7))]
    answers = reviewing.answers_file(tmp_path, dict.fromkeys(items, "yes"))
    assert nbpeer("sign", PATH, "--answers", answers).code == 0
    done = nbpeer("verify", "--format", "json")
    assert (done.code, only(done)[0]) == (1, "holds")
    assert "1 of 2 reviewers approved" in done.json["analyses"][0]["reason"]


def merge(repo: GitRepository) -> None:
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--no-edit", "work")


def test_after_the_merge_the_authors_are_still_known(signed: GitRepository, nbpeer: Nbpeer) -> None:
    merge(signed)
    assert nbpeer("verify").code == 0
    forge(signed, reviewer=ANALYST, signature="")
    done = nbpeer("verify", "--format", "json")
    assert done.code == 1
    assert "is an author of the changes" in only(done)[1]


def test_after_the_merge_a_checklist_may_grow(signed: GitRepository, nbpeer: Nbpeer) -> None:
    merge(signed)
    signed.write("nbpeer_templates/checklist.yml", (Path(__file__).parents[2] / "templates/checklist.yml").read_text())
    file = signed.path / "nbpeer_templates/checklist.yml"
    file.write_text(file.read_text().replace("version: 1", "version: 2"))
    signed.commit("version 2", author="Maintainer <maintainer@example.org>")
    assert nbpeer("verify").code == 0


def test_an_author_of_an_earlier_approved_version_may_review_the_next(
    signed: GitRepository, nbpeer: Nbpeer, tmp_path: Path, key: Path
) -> None:
    merge(signed)
    signed.git("switch", "--quiet", "-c", "next")
    signed.write(PATH, reviewing.pricing("rate = 0.0412\nprint(rate, 2)\n"))
    reviewing.record(signed)
    signed.commit("shorter", author=f"Second <{SECOND}>")
    signed.be(ANALYST)
    assert nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path), "--unsigned").code == 0
    signed.commit("signed")
    signed.git("switch", "--quiet", "main")
    signed.git("merge", "--quiet", "--no-ff", "--no-edit", "next")
    done = nbpeer("verify", "--format", "json")
    assert done.code == 0, done.out
    standings = sorted(one["standing"] for one in done.json["analyses"][0]["sign_offs"])
    assert standings == ["holds", "lapsed"]


def test_a_file_that_is_no_sign_off_is_named(signed: GitRepository, nbpeer: Nbpeer) -> None:
    signed.write(".nbpeer/signoffs/x.json", "{")
    done = nbpeer("verify", "--format", "json")
    assert done.code == 1
    assert [one["file"] for one in done.json["stray"]] == [".nbpeer/signoffs/x.json"]


def test_a_sign_off_of_what_is_gone_has_lapsed(signed: GitRepository, nbpeer: Nbpeer) -> None:
    merge(signed)
    signed.git("rm", "--quiet", PATH, "analyses/pricing.results.json")
    done = nbpeer("verify", "--format", "json")
    assert done.code == 0
    assert only(done) == ("lapsed", "the analysis is not here")


def test_paths_narrow_it_and_have_to_be_there(signed: GitRepository, nbpeer: Nbpeer) -> None:
    signed.write("other/second.ipynb", reviewing.pricing("x = 1\n"))
    assert nbpeer("verify").code == 1
    assert nbpeer("verify", "analyses").code == 0
    done = nbpeer("verify", "nowhere")
    assert (done.code, "nowhere is not there" in done.err) == (2, True)
