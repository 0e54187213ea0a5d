"""Names that are made by `exec`, `globals()` and IPython's shell: known where they stand there, else not judged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checking import check


def said(*cells: str, **more: Any) -> list[str]:
    """What is said of names: the code, and NBP001's message."""
    found = check(*cells, select="NBP102", **more)
    return [item.message if item.code == "NBP001" else f"{item.code} {item.message.split('`')[1]}" for item in found]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("exec(code)", "exec(code)"),
        ("exec(compile(code, 'x', 'exec'))", "exec(compile(code, 'x', 'exec'))"),
        ("exec(code, globals())", "exec(code, globals())"),
        ("exec(f'{name} = 1')", "exec(f'{name} = 1')"),
        ("exec('from anywhere import *')", "exec('from anywhere import *')"),
        ("exec(open('gone.py').read())", "exec(open('gone.py').read())"),
        ("for name in names:\n    globals()[name] = 1", "globals()[name]"),
        ("globals().update(values)", "globals().update(values)"),
        ("globals().update({**values})", "globals().update({**values})"),
        ("vars()[name] = 1", "vars()[name]"),
        ("get_ipython().user_ns[name] = 1", "get_ipython().user_ns[name]"),
        ("get_ipython().run_line_magic('run', 'gone.py')", "get_ipython().run_line_magic('run', 'gone.py')"),
        ("get_ipython().run_line_magic('store', '-r')", "get_ipython().run_line_magic('store', '-r')"),
        ("shell.run_line_magic(name, '')", "shell.run_line_magic(name, '')"),
        ("get_ipython().run_cell(code)", "get_ipython().run_cell(code)"),
        ("get_ipython().magic('run gone.py')", "get_ipython().magic('run gone.py')"),
        ("get_ipython().push(values)", "get_ipython().push(values)"),
    ],
)
def test_a_name_that_may_be_made_as_it_runs_is_not_called_undefined(line: str, shown: str) -> None:
    known = "name, names, values, code, shell = 'a', [], {}, '', get_ipython()"
    assert said(known, line, "print(total)") == [f"`{shown}` may define `total`: NBP102 could not tell"]
    assert said(known, line) == []
    assert said(known, "print(total)", line) == ["NBP102 total"]


@pytest.mark.parametrize(
    "line",
    [
        "exec('total = 1')",
        "exec('def total(): ...', globals())",
        "exec('import numpy as total')",
        "globals()['total'] = 1",
        "globals().update(total=1)",
        "globals().update({'total': 1}, more=2)",
        "globals().setdefault('total', 1)",
        "get_ipython().user_ns['total'] = 1",
        "get_ipython().push({'total': 1}, interactive=False)",
        "get_ipython().run_cell('total = 1')",
        "get_ipython().run_cell('%time total = 1')",
        "get_ipython().run_cell_magic('time', '', 'total = 1')",
        "get_ipython().run_cell_magic('bigquery', 'total', 'select 1')",
        "get_ipython().run_line_magic('store', '-r total')",
        "get_ipython().run_line_magic('run', 'prepare.py')",
        "exec(open('prepare.py').read())",
        "from pathlib import Path\nexec(Path('prepare.py').read_text())",
    ],
)
def test_a_name_that_stands_there_is_known_and_another_is_undefined(line: str) -> None:
    read = {"prepare.py": b"total = 1\n"}.get
    assert said(line, "print(total, other)", read=read) == ["NBP102 other"]


@pytest.mark.parametrize(
    "line",
    [
        "exec('total = 1', {})",
        "exec('total = 1', namespace)",
        "exec('total = 1', globals(), {})",
        "vars(namespace)['total'] = 1",
        "namespace.update(total=1)",
        "print(globals()['total'])",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "get_ipython().system('ls total')",
        "namespace.push(values)",
    ],
)
def test_what_defines_no_name_of_the_notebooks_hides_no_mistake(line: str) -> None:
    assert said("namespace, values = dict(), {}", line, "print(total)") == ["NBP102 total"]


@given(st.text("abxyz_", min_size=1, max_size=8).filter(str.isidentifier))
def test_every_name_that_executed_text_binds_is_known(name: str) -> None:
    for code in (f"{name} = 1", f"for {name} in []: pass", f"with a as {name}: pass", f"class {name}: pass"):
        assert said("a = 1", f"exec({code!r})", f"print({name})") == []
