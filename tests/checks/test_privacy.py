"""NBP601 to NBP605 and NBP802. Tokens are put together here, so that no scanner finds one in this file."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import making
from checking import check, codes
from nbpeer.checks import secrets

RANDOM = "k9Vt2mQxP7rLw4ZsB8nYc3HdF6jGa1Te5UoXiEvKqMpSzWbNlRyDhCfJgAtOuI0"
HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
TOKENS = {
    "AWS": "AKIA" + "Q3EGRIV7XKPZ2JWD",
    "GitHub": "ghp" + "_" + RANDOM[:36],
    "GitHub, fine-grained": "github" + "_pat_" + RANDOM[:60],
    "GitLab": "glpat" + "-" + RANDOM[:20],
    "Slack": "xox" + "b-123456789012-" + "abcdefghij12",
    "Slack webhook": "https://hooks.slack" + ".com/services/T0AB12CD/B0EF34GH/" + RANDOM[:24],
    "Stripe": "sk" + "_live_" + RANDOM[:24],
    "SendGrid": "SG" + "." + RANDOM[:22] + "." + RANDOM[:43],
    "Twilio": "SK" + HEX[:32],
    "JWT": "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0." + RANDOM[:43],
    "OpenAI": "sk" + "-proj-" + RANDOM[:40],
    "Anthropic": "sk" + "-ant-" + RANDOM[:40],
    "Google": "AI" + "za" + RANDOM[:35],
    "Hugging Face": "hf" + "_" + "qWzRtLkPmNbVcXsDfGhJyUiOaEwQxZvTrY",
    "Databricks": "dapi" + HEX[:32],
    "npm": "//registry.example.org/:_auth" + "Token=npm_" + RANDOM[:36],
    "PyPI": "pypi-" + "AgEIcHlwaS5vcmc" + RANDOM + RANDOM[:20],
    "Mailchimp": HEX[:32] + "-us12",
    "address": "postgresql://analyst:" + "k9Vt2mQxP7@db.example.org/sales",
    "private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS.keys())
@pytest.mark.parametrize("place", ["code", "markdown", "stream", "html", "traceback"])
def test_a_token_is_found_wherever_it_is(token: str, place: str) -> None:
    cells = {
        "code": making.code(f"x = 1\nconnect({token!r})"),
        "markdown": making.markdown(f"Use\n{token}"),
        "stream": making.code("1", outputs=[making.stream(f"a\n{token}\n")]),
        "html": making.code(
            "1",
            outputs=[{"output_type": "display_data", "metadata": {}, "data": {"text/html": [f"<td>{token}</td>"]}}],
        ),
        "traceback": making.code(
            "1", outputs=[{"output_type": "error", "ename": "E", "evalue": token, "traceback": [token]}]
        ),
    }
    findings = check(cells[place], select="NBP601")
    assert set(codes(findings)) == {"NBP601"}
    assert {finding.line for finding in findings} == ({2} if place in ("code", "markdown") else {0})


@pytest.mark.parametrize(
    "source",
    [
        "password = 'k9Vt2mQx'",
        "connect(user='a', password='hunter2!')",
        'config = {"api_key": "9f86d081884c7d65"}',
        f"os.environ['SALES_SECRET'] = '{RANDOM[:20]}'",
        f"access_token = '{RANDOM[:24]}'",
        f"%env API_KEY={RANDOM[:20]}",
        f"headers = {{'Authorization': 'Bearer {RANDOM[:30]}'}}",
        f"get('https://api.example.org/v1?api_key={RANDOM[:24]}')",
        f"client = Client('{RANDOM[:40]}')",
    ],
)
def test_a_password_or_key_in_code_is_found(source: str) -> None:
    assert codes(check(source, select="NBP601")) == ["NBP601"]


@pytest.mark.parametrize(
    "source",
    [
        "password = os.environ['PASSWORD']",
        "password = getpass('Password: ')",
        "password = 'your password here'",
        "password = '<password>'",
        "password = f'{user}-{secret}'",
        "api_key = 'YOUR_API_KEY'",
        "secret_name = 'SALES_DB_PASSWORD'",
        "key = 'customer_id'",
        "key_path = 'keys/service.json'",
        "token = 'the'",
        "tokens = ['a', 'b']",
        f"digest = '{HEX}'",
        f"commit = '{HEX[:40]}'",
        "run_id = '5f2b3c4d-1a2b-4c3d-8e9f-0a1b2c3d4e5f'",
        "columns = ['DRVEF2013_American_Indian_or_Alaska_Native_2']",
        "url = 'https://user:password@example.org'",
        "url = f'https://{user}:{password}@example.org'",
        "key = 'AKIA" + "X" * 16 + "'",
    ],
)
def test_what_only_looks_like_a_secret_is_fine(source: str) -> None:
    assert check(source, select="NBP601") == []


def test_hashes_and_images_among_outputs_are_no_secrets() -> None:
    image = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"image/png": RANDOM * 20, "text/plain": ["<Figure>"]},
    }
    page = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": [f"<img src='data:image/png;base64,{RANDOM * 9}'>"]},
    }
    assert check(making.code("1", outputs=[image, page, making.stream(HEX)]), select="NBP601") == []


def test_the_place_of_a_secret_in_code_is_its_line_and_column() -> None:
    (finding,) = check(f"a = 1\nkey = '{TOKENS['GitHub']}'", select="NBP601")
    assert (finding.line, finding.column, finding.message) == (2, 8, "this looks like a GitHub token")


secret_values = st.sampled_from(sorted(TOKENS.values()))


@settings(max_examples=25)
@given(secret_values, secret_values)
def test_no_finding_of_any_rule_shows_a_secret(one: str, other: str) -> None:
    error = {"output_type": "error", "ename": "E", "evalue": other, "traceback": [one]}
    source = f"x = open('/home/owner/{one}')\npd.merge({other!r}"
    found = check(
        source, f"pd.merge(a, '{one}', '{other}')", making.code("1", outputs=[error]), making.markdown(f"TODO {one}")
    )
    shown = msgspec.json.encode(found).decode()
    hidden = {secret.value for secret in (*_in(one), *_in(other))}
    assert "NBP601" in codes(found)
    assert hidden
    assert not [value for value in hidden if value in shown]


def _in(token: str) -> tuple[secrets.Secret, ...]:
    from nbpeer.model.notebook import parse_notebook

    return (
        secrets.find_secrets(parse_notebook(making.text(making.notebook(making.code(repr(token)), header=None)))) or ()
    )


def test_without_detect_secrets_the_check_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "detect_secrets", None)
    secrets.is_installed.cache_clear()
    try:
        (finding,) = check("password = 'k9Vt2mQx'", select="NBP601")
    finally:
        monkeypatch.undo()
        secrets.is_installed.cache_clear()
    assert (finding.code, finding.severity) == ("NBP001", "warning")
    assert "detect-secrets is not installed" in finding.message


def shown(text: str) -> dict[str, Any]:
    return making.code("1", outputs=[making.stream(text)])


@pytest.mark.parametrize(
    "text",
    [
        "first.last@gmx.net",
        "call +49 30 1234567",
        "(212) 555-0187",
        "ssn 123-45-6789",
        "QQ 12 34 56 C".replace("QQ", "AB"),
    ],
)
def test_personal_data_in_an_output_are_found_and_never_shown(text: str) -> None:
    (finding,) = check(shown(f"row 1  {text}\n"), select="NBP602")
    assert finding.severity == "error"
    assert text not in finding.message + finding.excerpt


@pytest.mark.parametrize(
    "text",
    ["noreply@gmx.net", "ana@example.org", "git@github.com:x/y", "2026-02-14", "0.123-45-6789", "000-12-3456",
     "1234567890", "x@y", "model.fit@0x7f", "+3.14159 27.1828", "10-20-30", "a+1 2 3", "version 1.2.3-4567"],
)  # fmt: skip
def test_what_is_nobodys_is_no_personal_data(text: str) -> None:
    assert check(shown(text), select="NBP602") == []


def test_personal_data_in_the_source_are_not_this_rules_business() -> None:
    assert check("owner = 'first.last@gmx.net'", select="NBP602") == []


@pytest.mark.parametrize(
    "source",
    [
        "open('/home/owner/a.csv')",
        "open('/Users/owner/a.csv')",
        "open(r'C:\\Users\\owner\\a.csv')",
        "open('D:/data/a.csv')",
        "open(r'\\\\server\\share\\a.csv')",
        "open('/content/drive/a.csv')",
        "open('file:///home/owner/a.csv')",
        "!head /home/owner/a.csv",
        "%cd /Users/owner/work",
    ],
)
def test_a_path_of_one_machine_is_found_in_code(source: str) -> None:
    assert [(item.severity, item.line) for item in check(source, select="NBP604")] == [("warning", 1)]


@pytest.mark.parametrize(
    "source",
    ["open('data/a.csv')", "get('/api/v1/users')", "x = '/'", "'a/home/b'", "'time: 12:30/h'", "open('/tmp/a')"],
)
def test_other_paths_are_fine(source: str) -> None:
    assert check(source, select="NBP604") == []


def test_a_home_folder_in_an_output_is_a_warning_and_in_a_librarys_warning_an_info() -> None:
    library = making.stream("/home/owner/env/lib/python3.11/site-packages/a.py:3: FutureWarning: b\n", "stderr")
    found = check(
        shown("saved /home/owner/a.csv"), making.code("1", outputs=[library]), shown("/home/jovyan/x"), select="NBP604"
    )
    assert [(item.cell, item.severity) for item in found] == [(1, "warning"), (2, "info")]


def test_an_output_over_the_limit_is_found() -> None:
    found = check(shown("x" * 1_000_001), shown("x" * 999_000), select="NBP605")
    assert [item.cell for item in found] == [1]


@pytest.mark.parametrize(
    "source",
    [
        "!pip install pandas",
        "!pip3 install -q pandas",
        "!{sys.executable} -m pip install pandas",
        "%pip install pandas",
        "%conda install -y pandas",
        "!cd x && uv pip install pandas",
        "!apt update && apt-get install -y graphviz",
        "pip install pandas",
        "%%bash\nset -e\npip install pandas",
        "import os\n!uv add pandas",
    ],
)
def test_an_installation_in_a_cell_is_found(source: str) -> None:
    assert codes(check(source, select="NBP802")) == ["NBP802"]


@pytest.mark.parametrize("source", ["!pip list", "%pip freeze", "# pip install pandas", "x = 'pip install'", "!ls pip"])
def test_other_commands_are_fine(source: str) -> None:
    assert check(source, select="NBP802") == []


def test_an_installation_in_r_is_found() -> None:
    metadata = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
    (finding,) = check('library(x)\ninstall.packages("dplyr")', select="NBP802", metadata=metadata)
    assert (finding.code, finding.line) == ("NBP802", 2)
