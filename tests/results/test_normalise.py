from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.results.normalise import Rule, normalise, normalise_value, rules

EVERY = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
PIECES = [rule.noise for rule in rules()] + [rule.kept for rule in rules()]


@EVERY
def test_a_rule_takes_its_noise_out(rule: Rule) -> None:
    assert rule.apply(rule.noise) != rule.noise
    assert normalise(rule.noise) != rule.noise


@EVERY
def test_a_rule_leaves_what_only_looks_like_its_noise(rule: Rule) -> None:
    assert rule.apply(rule.kept) == rule.kept


@EVERY
def test_what_looks_like_noise_survives_all_rules_together(rule: Rule) -> None:
    assert normalise(rule.kept) == rule.kept


@EVERY
def test_the_noise_of_two_runs_is_the_same_afterwards(rule: Rule) -> None:
    if rule.name in ("ansi", "carriage-return", "backspace"):
        return
    other = rule.noise.translate(str.maketrans("0123456789", "0123456798"))
    assert normalise(other) == normalise(rule.noise)


@pytest.mark.parametrize(
    "text",
    [
        "accuracy 0.123 s",
        "median response time: 0.123 s",
        "treatment took 3.5 s on average",
        "2026-11-22 10:00:00    41\n2026-11-22 11:00:00    44",
        "p < 0.05, effect 0.41 ± 0.03",
        "total time 4.1 h",
        "0x1F600",
        "d41d8cd98f00b204e9800998ecf8427e",
        "order 12/40 [shipped]",
        "| 10/10 | 12 |",
        "user 7d444840",
        "Time series from Sunday",
    ],
)
def test_what_could_be_a_result_is_never_taken_for_noise(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\r  0%|          | 0/10 [00:00<?, ?it/s]\r100%|██████████| 10/10 [00:00<00:00, 4096.00it/s]\n",
         "\r 50%|█████     | 5/10 [00:00<00:00, 7.1it/s]\r100%|██████████| 10/10 [00:01<00:00, 7.20it/s]\n"),
        ("100%|█| 3/3 [00:09<00:00,  3.01s/it]", "100%|█| 3/3 [00:10<00:00,  3.40s/it]"),
        ("/tmp/ipykernel_11/22.py:3: UserWarning: few", "/tmp/ipykernel_12/23.py:3: UserWarning: few"),
        ("File /usr/lib/python3.11/site-packages/a.py:3", "File /opt/venv/lib/python3.11/site-packages/a.py:3"),
        ("/tmp/tmpk3x9_a2b/m.bin", "/tmp/tmp0a1b2c3d/m.bin"),
        ("<Axes: > <Line2D at 0x7f0000000001>", "<Axes: > <Line2D at 0x7ffffffffff1>"),
        ("Date:                Sun, 22 Nov 2026\nTime:                        10:00:00",
         "Date:                Mon, 23 Nov 2026\nTime:                        11:30:00"),
        ("Wall time: 1.2 s", "Wall time: 2min 4s"),
        ("CPU times: user 1 s, sys: 2 ms, total: 1 s", "CPU times: user 2 s, sys: 1 ms, total: 2 s"),
        ("[2026-11-22 10:00:00,123] INFO - loaded", "[2026-11-23 11:30:01,001] INFO - loaded"),
        ("2026-11-22T10:00:00Z model.fit WARNING slow", "2026-11-23T10:00:00Z model.fit WARNING slow"),
    ],
)  # fmt: skip
def test_two_runs_of_one_source_agree(one: str, other: str) -> None:
    assert one != other
    assert normalise(one) == normalise(other)


def test_what_a_progress_bar_counted_and_measured_stays() -> None:
    bar = "100%|██████████| {}/10 [00:01<00:00, 9.87it/s, loss={}]"
    assert normalise(bar.format(10, 0.5)) != normalise(bar.format(9, 0.5))
    assert normalise(bar.format(10, 0.5)) != normalise(bar.format(10, 0.4))


def test_the_line_of_a_warning_and_of_an_error_stays() -> None:
    assert normalise("/tmp/ipykernel_11/22.py:3: Few") != normalise("/tmp/ipykernel_11/22.py:4: Few")
    assert normalise("Cell In[3], line 3") != normalise("Cell In[3], line 4")


def test_identifiers_in_a_table_are_its_content() -> None:
    key = "7d444840-9dc0-41d1-b245-5ffdce74fad2"
    assert normalise_value(key) == key
    assert normalise_value("<f at 0x7f3c5a1b2d30>") == normalise_value("<f at 0x7f3c5a1b2d99>")


@given(st.lists(st.sampled_from([*PIECES, *' \n\r\b0x["\x1b']), max_size=12).map("".join))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_any_text_can_be_normalised_and_then_stays(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.floats(allow_nan=False), st.sampled_from("{} {:.3f} n={} {}s {:e}".split()))
def test_a_number_alone_is_never_noise(value: float, form: str) -> None:
    assert normalise(form.format(value)) == form.format(value)


@pytest.mark.parametrize("piece", ["x", "/a", "\x1b[", "0x7f", "at 0x", "1 ms ", "[CV", "a-", "| 1/1 [", "\\a", "━ 1"])
def test_a_long_line_of_one_piece_is_normalised_once_for_all(piece: str) -> None:
    once = normalise(piece * (200_000 // len(piece)))
    assert normalise(once) == once


def test_the_documentation_lists_every_rule() -> None:
    page = (Path(__file__).parents[2] / "docs" / "outputs.md").read_text(encoding="utf-8")
    assert [line.split(" | ")[0][2:] for line in page.splitlines() if "`` " in line] == [rule.name for rule in rules()]
