"""IPython's syntax becomes Python, line for line."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.checks.magics import translate


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("!pip install pandas", "pass"),
        ("files = !ls *.csv", "files = None"),
        ("a, b = %sql select 1", "a, b = None"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("% matplotlib inline", "pass"),
        ("?len", "pass"),
        ("df.head?", "pass"),
        ("df.head??  # help", "pass"),
        ("%time total = f(x)", "total = f(x)"),
        ("%timeit -n 10 -r3 f(x)", "f(x)"),
        ("%prun -s cumulative f(x)", "f(x)"),
        ("%lprun -f model.fit model.fit(x)", "model.fit(x)"),
        ("%time", "pass"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%timeit s = 0\ns += 1", "s = 0\ns += 1"),
        ("# slow\n%%time\nx = 1", "# slow\n\nx = 1"),
        ("\n%%capture out\nprint(1)", "\n\nprint(1)"),
        ("%%capture\n%%time\nx = 1", "\n\nx = 1"),
        ("if slow:\n    !sleep 1\n    %cd data", "if slow:\n    pass\n    pass"),
        ("!tar \\\n  -x \\\n  archive\nx = 1", "pass\n\n\nx = 1"),
        ("x = '''\n!ls\n%cd\n'''\n!ls", "x = '''\n!ls\n%cd\n'''\npass"),
        ("x = (7\n%3)\n!ls", "x = (7\n%3)\npass"),
        ("x = 7 \\\n%3\n!ls", "x = 7 \\\n%3\npass"),
        ("x = '#'  # (\n!ls", "x = '#'  # (\npass"),
        ('x = "it\'s ("\n!ls', 'x = "it\'s ("\npass'),
        ("!echo '(' \"\nx = 1", "pass\nx = 1"),
        ("%timeit sum(a\n           for a in b)\nx = 1", "sum(a\n           for a in b)\nx = 1"),
        ("plot(x)\n;", "plot(x)\npass"),
        ("    x = 1\n    y = 2\n", "x = 1\ny = 2\n"),
        ("pip install pandas", "pass"),
        ("cd data/raw", "pass"),
    ],
)  # fmt: skip
def test_a_cell_becomes_python_of_the_same_lines(source: str, python: str) -> None:
    assert translate(source).text == python
    ast.parse(python)


@pytest.mark.parametrize(
    ("source", "language"),
    [("%%bash\nls (", "bash"), ("%%R -o df\nx <- 1", "R"), ("%%writefile a.py\nx =", "writefile"), ("%%!\nls", "!")],
)
def test_a_cell_in_another_language_is_left_out(source: str, language: str) -> None:
    found = translate(source)
    assert (found.language, found.text.strip()) == (language, "")
    assert found.magics[-1].text.endswith(source.partition("\n")[2])


def test_a_continued_shell_command_is_one_magic() -> None:
    (magic,) = translate("x = 1\n!pip install \\\n    pandas \\\n    scipy").magics
    assert (magic.kind, magic.line) == ("shell", 2)
    assert magic.text.split() == ["pip", "install", "pandas", "scipy"]


def test_columns_are_those_of_the_cell() -> None:
    assert translate("%time x = 1").shifts == {1: 6}
    assert translate("    x = 1\n    y = 2").shifts == {1: 4, 2: 4}


@pytest.mark.parametrize("line", ["cd = 3", "ls.sort()", "store[1]", "run(x)", "more + less", "env: int = 1"])
def test_a_name_like_a_magic_stays_python(line: str) -> None:
    assert translate(line).text == line


lines = st.lists(
    st.sampled_from(
        ["!ls", "%time f(", "x = (", ")", "'''", "%%bash", "y = !ls \\", "?x", "#", "    z = 1", "", ";", '"']
    )
    | st.text(st.characters(exclude_characters="\n\r"), max_size=8),
    max_size=8,
)


@given(lines)
def test_any_text_keeps_its_number_of_lines(text: list[str]) -> None:
    source = "\n".join(text)
    found = translate(source)
    assert found.text.count("\n") == source.count("\n")
    assert all(1 <= magic.line <= source.count("\n") + 1 for magic in found.magics)
