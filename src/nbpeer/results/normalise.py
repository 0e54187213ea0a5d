"""Noise taken out of text outputs before they are compared: what differs between two runs of one source and means
nothing. `docs/outputs.md` lists the rules.

A rule knows its noise by what stands around it, so that a number, a time or an identifier that could be a result is
never taken for noise: what is left in by mistake is one more line to read, what is taken out by mistake is a change
nobody sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

# Escape sequences of ECMA-48: control sequences, operating-system commands (hyperlinks, titles), two-character ones.
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])|\x1b")
_MOST_PASSES = 8


class Rule(NamedTuple):
    """One sort of noise. `noise` is a text that it changes, `kept` one that looks alike and that it must not change."""

    name: str
    apply: Callable[[str], str]
    noise: str
    kept: str


def normalise(text: str) -> str:
    """`text` without noise: what was only drawn is gone, what varies is replaced by a word in guillemets.

    Applying it twice is applying it once. Takes about a second for ten megabytes.
    """
    for _ in range(_MOST_PASSES):  # one rule's replacement may complete another rule's noise
        before = text
        for rule in rules():
            text = rule.apply(text)
        if text == before:
            break
    return text


def normalise_value(text: str) -> str:
    """A value of a table without noise. Only memory addresses are: identifiers and times in a table are its content."""
    return _addresses().apply(text)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which they apply."""
    return (*_drawing(), _addresses(), *_identifiers(), *_elements(), *_places(), *_clocks(), *_durations())


def _drawing() -> tuple[Rule, ...]:
    """What a terminal draws with: the last state of every line is what people see."""
    return (
        Rule("ansi", lambda text: _ANSI.sub("", text), "\x1b[31mred\x1b[0m", "[31m is how red is spelled"),
        Rule("carriage-return", _last_drawn, "10%\r50%\r100%", "10%\n50%\n100%"),
        Rule("backspace", _without_backspaces, "1/3\b\b\b2/3", "1/3 2/3"),
    )


def _addresses() -> Rule:
    return _replacing(
        "address",
        r"(?<=\bat )0x[0-9a-fA-F]{6,16}\b|\b0x(?:0000)?(?:7[ef]|5[56])[0-9a-f]{10}\b",
        "0x«address»",
        noise="<Axes object at 0x7f3c5a1b2d30>",
        kept="mask 0x7f, colour 0xDEADBEEF",
    )


def _identifiers() -> tuple[Rule, ...]:
    """Names that a library makes up anew for each run, known by the library's own prefix."""
    return (
        _replacing(
            "uuid",
            r"\b[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b",
            "«uuid»",
            noise="run 7d444840-9dc0-41d1-b245-5ffdce74fad2",
            kept="part 1234-5678-9012",
        ),
        _replacing(
            "pandas-styler",
            r"""\bT_[0-9a-f]{5,32}(?=_(?:row|level)\d)|(?<=["'#])T_[0-9a-f]{5,32}(?=["' {.])""",
            "T_«id»",
            noise='<td id="T_3fa2c_row0_col1">',
            kept="T_12345 is a column",
        ),
        _replacing(
            "altair",
            r"\b(altair-viz|data)-[0-9a-f]{32}\b",
            r"\1-«id»",
            noise="altair-viz-0123456789abcdef0123456789abcdef",
            kept="md5 0123456789abcdef0123456789abcdef",
        ),
        _replacing(
            "vega-view",
            r"""(?<=["'])(view|param)_\d+(?=["'_])""",
            r"\1_«n»",
            noise='{"name": "view_17"}',
            kept="view_17 of 20",
        ),
    )


def _elements() -> tuple[Rule, ...]:
    """The same in the HTML and SVG that a library draws with."""
    element = r"(?:map|tile_layer|marker|circle|circle_marker|popup|html|geo_json|choropleth|feature_group|i?frame)"
    return (
        _replacing(
            "scikit-learn",
            r"\b(sk-(?:container|estimator)-id)-\d+",
            r"\1-«n»",
            noise='id="sk-container-id-3"',
            kept="container-id-3",
        ),
        _replacing(
            "map-element",
            rf"\b({element})_[0-9a-f]{{32}}\b",
            r"\1_«id»",
            noise="map_0123456789abcdef0123456789abcdef",
            kept="md5_0123456789abcdef0123456789abcdef",
        ),
        _replacing(
            "widget",
            r"\b(IPY_MODEL_)[0-9a-f]{32}\b",
            r"\1«id»",
            noise="IPY_MODEL_0123456789abcdef0123456789abcdef",
            kept="MODEL_0123456789abcdef0123456789abcdef",
        ),
        _replacing(
            "svg",  # matplotlib's: a letter or a collection's number, then a salted hash
            r"""(?:(?<=\bid=")|(?<=href="#)|(?<=url\(#))([a-z]|C[0-9a-f]+_[0-9a-f]+_)[0-9a-f]{10}(?=["')])""",
            r"\1«id»",
            noise='<path id="m0123456789" d="M 0 0"/>',
            kept='<path id="axes_1" d="M 0123456789 0"/>',
        ),
    )


def _places() -> tuple[Rule, ...]:
    """Where a kernel keeps its files on one machine."""
    start = r"(?<![^\s\"'<>()=])"  # a path is tried once, from its start, so that a long line takes linear time
    return (
        _replacing(
            "kernel-file",
            rf"{start}(?:[^\s\"'<>]{{0,300}}[/\\])?ipykernel_\d+[/\\]\d+\.py"
            r"|<ipython-input-\d+-[0-9a-f]+>",
            "«cell»",
            noise="/var/ipykernel_4711/123456789.py:3: UserWarning",
            kept="reports/ipykernel/3.py:3: UserWarning",
        ),
        _replacing(
            "cell-count",
            r"\b(Cell |Input )?(In ?)\[\d+\](?=, line \d|\.\w+\(|:? in\b)",
            r"\1\2[«n»]",
            noise="Cell In[12], line 3",
            kept="values In[12] are positive",
        ),
        _replacing(
            "library-path",
            rf"{start}(?:[A-Za-z]:|~)?(?:[/\\][^\s/\\\"'<>:]{{1,100}}){{1,40}}[/\\](?=(?:site|dist)-packages[/\\])",
            "«environment»/",
            noise="/home/analyst/.venv/lib/python3.12/site-packages/pandas/core/frame.py:12",
            kept="site-packages/pandas/core/frame.py:12",
        ),
        _replacing(
            "temporary-path",
            r"(?:/private)?/var/folders/[^\s/\"']+/[^\s/\"']+/T/[^\s/\"':,)\]]+|/(?:var/)?tmp/tmp[\w]{6,}"
            r"|[A-Za-z]:\\[^\s\"']{0,300}\\Temp\\tmp[\w]{6,}",
            "«temporary»",
            noise="saved C:\\Users\\analyst\\Temp\\tmpk3x9_a2b\\model.bin",
            kept="saved C:\\Temp\\model.bin",
        ),
    )


def _clocks() -> tuple[Rule, ...]:
    """When something ran, where a tool says so in words that nothing else uses."""
    day = r"\d{4}-\d\d-\d\d"
    time = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"
    zone = r"(?:Z|[+-]\d\d:?\d\d)?"
    names = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
    months = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    return (
        _replacing(
            "log-time",
            rf"(?m)^(\W?){day}[ T]{time}{zone}(?=\W{{1,4}}(?:\w[\w.]*\W{{1,4}})?"
            r"(?:DEBUG|INFO|WARN|ERROR|CRITICAL|TRACE))"
            r"|^(\W?[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+(?= )",
            lambda match: f"{match[1] or match[2] or ''}«time»",
            noise="2026-11-22 10:00:00,123 INFO loaded",
            kept="2026-11-22 10:00:00 41 orders",
        ),
        _replacing(
            "clock",
            rf"(?m)\b{names} {months} [ \d]\d \d\d:\d\d:\d\d (?:[A-Z]{{3,4}} )?\d{{4}}\b"
            rf"|(?<=<dc:date>)[^<\s]+(?=</dc:date>)|^(Date: +){names}, \d\d {months} \d{{4}}(?= |$)"
            rf"|^(Time: +)\d\d:\d\d:\d\d(?= |$)",
            lambda match: f"{match[1] or match[2] or ''}«time»",
            noise="Sun Nov 22 10:00:00 2026",
            kept="Sun 22 Nov 2026, 10:00:00",
        ),
    )


def _durations() -> tuple[Rule, ...]:
    """How long something took, where a tool says so in words that nothing else uses."""
    number = r"\d[\d.,]{0,20}"
    unit = r"(?:ns|µs|μs|us|ms|s|sec|min|h)"
    amount = rf"{number} ?{unit}(?: {number} ?{unit}){{0,5}}"
    return (
        _replacing(
            "timeit",
            rf"{amount} ± {amount}(?= per loop)|(?<=\bof )\d+ runs?, [\d,]+ loops? each",
            "«duration»",
            noise="1.23 ms ± 4.5 µs per loop (mean ± std. dev. of 7 runs, 1,000 loops each)",
            kept="1.23 ms ± 4.5 µs (mean ± std. dev. of 7 sensors)",
        ),
        _replacing(
            "cell-time",
            rf"(?m)^(CPU times:|Wall time:|Parser +:|Compiler +:).{{0,200}}{number} ?{unit}$",
            r"\1 «duration»",
            noise="CPU times: user 1.2 ms, sys: 0 ns, total: 1.2 ms",
            kept="Waiting time: 1.2 ms",
        ),
        _replacing(
            "fit-time",  # scikit-learn's and joblib's verbose lines
            rf"(?m)^(\[CV[^\n]*total time=) *{amount}$|^(\[Parallel\([^\n]*elapsed:) *{amount}",
            lambda match: f"{match[1] or match[2]} «duration»",
            noise="[Parallel(n_jobs=1)]: Done  10 out of  10 | elapsed:    0.1s finished",
            kept="elapsed:    0.1s",
        ),
        _replacing(
            "progress-bar",  # tqdm's
            r"\|[ ▏▎▍▌▋▊▉█#\d]{0,400}\| ([\d.,]+[kMGT]?/[\d.,?]+[kMGT]?)"
            r" \[[\d:?]+<[\d:?]+, *[\d.?]+ ?\w+/\w+(, [^\]\n]{0,300})?\]",
            lambda match: f"| {match[1]} [«rate»{match[2] or ''}]",
            noise="100%|██████████| 10/10 [00:01<00:00, 9.87it/s, loss=0.5]",
            kept="10/10 [9.87, 0.5]",
        ),
        _replacing(
            "step-time",  # Keras's and pip's bars
            rf"(?<=━ ){amount} {number} ?{unit}/(?=step)|(?<= )\d[\d.]* [kMGT]?B/s eta \S+",
            "«rate»",
            noise="10/10 ━━━━━━━━━━━━━━━━━━━━ 3s 12ms/step - loss: 0.5",
            kept="walking: 12ms/step",
        ),
    )


def _replacing(
    name: str, pattern: str, replacement: str | Callable[[re.Match[str]], str], *, noise: str, kept: str
) -> Rule:
    found = re.compile(pattern)
    return Rule(name, lambda text: found.sub(replacement, text), noise, kept)


def _last_drawn(text: str) -> str:
    """Each line as it stood last: what was drawn before a carriage return was drawn over."""
    if "\r" not in text:
        return text
    lines = re.sub(r"\r+\n", "\n", text).split("\n")
    return "\n".join(next((state for state in reversed(line.split("\r")) if state.strip()), "") for line in lines)


def _without_backspaces(text: str) -> str:
    if "\b" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        shown: list[str] = []
        for character in line:
            if character == "\b":
                del shown[-1:]
            else:
                shown.append(character)
        lines.append("".join(shown))
    return "\n".join(lines)
