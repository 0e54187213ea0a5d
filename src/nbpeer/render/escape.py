"""Text of an analysis in a forge's Markdown: shown as it is, nothing in it links, mentions, ticks, folds or formats.

Three places, three ways: `escaped` where Markdown is read, `code` in a code span, `fenced` in a block of code. Nothing
else may put such text into a comment. `log_line` is for what a workflow prints.

What is triggered by plain text, on GitHub: mentions, references to issues, addresses, emoji names, formulas
(https://docs.github.com/en/get-started/writing-on-github). A backslash does not stop these, since they are looked for
in the text that was rendered; a zero-width space in their middle does. A commit may become a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape as _html

from nbpeer.render.diff_lines import LONGEST_LINE
from nbpeer.render.visible import shortened, visible

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_BREAK = "&#8203;"
# What a person does not see: zero-width characters but the joiners that scripts need, soft hyphens, tags.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
_TRIGGERS = (
    (re.compile(r"@"), f"@{_BREAK}"),
    (re.compile(r"\\#(?=\w)"), rf"\\#{_BREAK}"),
    (re.compile(r"(?i)\b(gh)-(?=\d)"), rf"\1-{_BREAK}"),
    (re.compile(r"(?i)(https?|ftp|mailto|xmpp):"), rf"\1{_BREAK}:"),
    (re.compile(r"(?i)\b(www)\."), rf"\1{_BREAK}."),
    (re.compile(r":(?=\S)"), f":{_BREAK}"),
    (re.compile(r"\$"), "<span>$</span>"),
)
# What would begin a list, an underlined heading or a rule where a line of Markdown begins.
_BEGINNING = re.compile(r"[-+](?=\s|$)|[-=](?=[-=\s]*$)|\d+(?=[.)](?:\s|$))")
_MARK = re.compile(r"<!--(\s*)nbpeer:", re.IGNORECASE)
_COMMAND = re.compile(r"(?m)^(\s*):(?=:)")


def escaped(text: str, longest: int = LONGEST_LINE) -> str:
    """Text on one line where Markdown is read, a table's cell and a list's item too."""
    found = _ACTIVE.sub(r"\\\1", shortened(seen(" ".join(text.split())), longest))
    for trigger, harmless in _TRIGGERS:
        found = trigger.sub(harmless, found)
    if match := _BEGINNING.match(found):
        end = match.end()
        return f"{found[:end]}\\{found[end:]}" if found[0].isdigit() else f"\\{found}"
    return found


def prose(text: str, longest: int = LONGEST_LINE, *, table: bool = False) -> str:
    """As `escaped`, but what stands between two backticks is a code span; in a `table` as `code` does it."""
    parts = shortened(" ".join(text.split()), longest).split("`")
    if len(parts) % 2 == 0 or not all(part.strip() for part in parts[1:-1]):
        return escaped(text, longest)
    return "".join(code(part, table=table) if number % 2 else _spaced(part) for number, part in enumerate(parts))


def _spaced(part: str) -> str:
    """Escaped, with the spaces at its ends."""
    before, after = " " * part.startswith(" "), " " * part.endswith(" ")
    return f"{before}{escaped(part, len(part))}{after}" if part.strip() else before


def code(text: str, longest: int = LONGEST_LINE, *, table: bool = False) -> str:
    """Text on one line as a code span; in a `table` its pipes are escaped."""
    shown = _unmarked(shortened(seen(" ".join(text.split())), longest)) or " "
    if table:
        shown = shown.replace("\\|", "|").replace("|", "\\|")
    ticks = "`" * (_longest_run(shown) + 1)
    space = " " if shown[0] == "`" or shown[-1] == "`" or (shown[0] == shown[-1] == " ") else ""
    return f"{ticks}{space}{shown}{space}{ticks}"


def fenced(lines: Iterable[str], language: str = "") -> str:
    """Lines as a block of code, whatever they hold; ends with a line end."""
    content = "\n".join(_unmarked(seen(line)) for line in lines)
    fence = "`" * max(3, _longest_run(content) + 1)
    return f"{fence}{language}\n{content}\n{fence}\n"


def html(text: str, longest: int = LONGEST_LINE) -> str:
    """Text on one line inside an HTML tag of ours, where no Markdown is read."""
    found = _html(shortened(seen(" ".join(text.split())), longest), quote=False)
    for trigger, harmless in _TRIGGERS:
        found = trigger.sub(harmless, found)
    return re.sub(r"#(?=[A-Za-z]|\d+(?![\d;]))", f"#{_BREAK}", found)


def seen(text: str) -> str:
    """Text without characters that nobody sees, or that reorder what is seen: each is replaced by one that is seen."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", visible(text))


def log_line(text: str) -> str:
    """Text that a workflow may print: no line of it is a command to the runner.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands: a line that begins with two
    colons, whatever white space stands before, and the older `##[…]` anywhere.
    """
    lines = (seen(line) for line in text.splitlines())
    return "\n".join(_COMMAND.sub("\\1:\u200b", line.replace("##[", "##\u200b[")) for line in lines)


def _unmarked(text: str) -> str:
    """Code shows a mark of ours as it is, so that it would be read as one: its space is another."""
    return _MARK.sub("<!--\u00a0nbpeer:", text)


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
