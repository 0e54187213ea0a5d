from __future__ import annotations

from typing import Any

import pytest

import making
from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.run.kernels import find_kernel, find_spec


def notebook(metadata: dict[str, Any]) -> Notebook:
    return parse_notebook(making.text(making.notebook(metadata=metadata)), "a.ipynb")


def test_the_notebook_names_its_kernel() -> None:
    assert find_kernel(notebook({"kernelspec": {"name": "python3"}}))[:2] == ("python3", "python")


def test_a_wanted_kernel_wins_over_the_notebooks() -> None:
    assert find_kernel(notebook({"kernelspec": {"name": "gone"}}), "python3").name == "python3"


def test_a_python_notebook_that_names_none_gets_the_native_one() -> None:
    assert find_kernel(notebook({})).name == "python3"


def test_a_notebook_in_another_language_that_names_none_is_refused() -> None:
    with pytest.raises(NbpeerError, match=r"a.ipynb names no kernel.*installed: .*python3"):
        find_kernel(notebook({"language_info": {"name": "R"}}))


@pytest.mark.parametrize("name", ["gone", "../gone", "a b"])
def test_a_missing_kernel_is_refused_with_those_installed(name: str) -> None:
    with pytest.raises(NbpeerError, match=r"which is not installed.*installed: .*python3"):
        find_kernel(notebook({"kernelspec": {"name": name}}))


def test_without_the_extra_it_is_named_though_jupyter_core_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "jupyter_client" else object())
    with pytest.raises(NbpeerError, match="not installed") as raised:
        find_spec("no-such-kernel")
    assert raised.value.hint == 'pip install "nbpeer[run]"'
