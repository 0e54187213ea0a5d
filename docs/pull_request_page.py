"""The comments of a pull request as a forge shows them: GitHub-flavoured Markdown in plain clothes of our own."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

STYLE = """
:root { --text: #1f2328; --quiet: #59636e; --ground: #ffffff; --edge: #d1d9e0; --head: #f6f8fa; --link: #0969da;
  --added: #dafbe1; --removed: #ffebe9; }
@media (prefers-color-scheme: dark) { :root { --text: #f0f6fc; --quiet: #9198a1; --ground: #0d1117; --edge: #3d444d;
  --head: #151b23; --link: #4493f8; --added: #12261e; --removed: #25171c; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 16px; background: var(--ground); color: var(--text);
  font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
article { max-width: 860px; margin: 0 auto 16px; border: 1px solid var(--edge); border-radius: 6px; }
header { padding: 8px 16px; background: var(--head); border-bottom: 1px solid var(--edge); border-radius: 6px 6px 0 0;
  color: var(--quiet); }
header b { color: var(--text); }
section { padding: 16px; overflow-wrap: break-word; }
section > :first-child { margin-top: 0; } section > :last-child { margin-bottom: 0; }
h3, h4 { margin: 24px 0 16px; line-height: 1.25; font-weight: 600; } h3 { font-size: 1.25em; } h4 { font-size: 1em; }
p, ul, table, pre, details, blockquote { margin: 0 0 16px; }
ul { padding-left: 2em; } li + li { margin-top: .25em; } li > p { margin: 0 0 8px; } li > input + p { display: inline; }
li:has(> input) { list-style: none; } input { margin: 0 .2em .25em -1.4em; vertical-align: middle; }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-spacing: 0;
  border-collapse: collapse; }
th, td { padding: 6px 13px; border: 1px solid var(--edge); } tr:nth-child(2n) td { background: var(--head); }
code { padding: .2em .4em; background: color-mix(in srgb, var(--quiet) 18%, transparent); border-radius: 6px;
  font: 85% ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; white-space: break-spaces; }
pre { padding: 16px; background: var(--head); border-radius: 6px; overflow: auto; }
pre code { padding: 0; background: none; font-size: 85%; white-space: pre; }
pre .added { display: block; background: var(--added); } pre .removed { display: block; background: var(--removed); }
pre .same { display: block; min-height: 1.5em; }
blockquote { padding: 0 1em; color: var(--quiet); border-left: .25em solid var(--edge); }
blockquote > :last-child { margin-bottom: 0; }
p.note { margin-bottom: 4px; color: var(--quiet); font-size: 12px; }
sub { font-size: 75%; line-height: 1.4; vertical-align: baseline; position: relative; bottom: -.25em; }
a { color: var(--link); } summary { cursor: pointer; } del { color: var(--quiet); }
details > :not(summary) { margin-left: 0; } details > summary { margin-bottom: 8px; }
"""


_DIFF = '<pre lang="diff"><code>'


def page(comments: Sequence[tuple[str, str]]) -> str:
    """A page of comments, each a title line and Markdown."""
    articles = (
        f"<article><header>{head}</header><section>{_html(text)}</section></article>" for head, text in comments
    )
    viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    return f"<!doctype html><meta charset=utf-8>{viewport}<style>{STYLE}</style>{''.join(articles)}"


def _html(markdown: str) -> str:
    found: str = cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE)
    found = re.sub(
        r'<pre lang="suggestion"><code>(.*)\n(.*)\n',
        rf"<p class=note>Suggested change</p>{_DIFF}-\1\n+\2\n",
        found,
    )
    before, *blocks = found.split(_DIFF)
    for block in blocks:
        content, _, rest = block.partition("</code></pre>")
        before += f"<pre><code>{''.join(map(_line, content.rstrip().split(chr(10))))}</code></pre>{rest}"
    return before


def _line(line: str) -> str:
    kind = {"+": "added", "-": "removed"}.get(line[:1], "same")
    return f'<span class="{kind}">{line}</span>'


def write(path: Path, comments: Sequence[tuple[str, str]]) -> Path:
    """Write the page and return where."""
    path.write_text(page([(f"<b>{html.escape(who)}</b> commented", text) for who, text in comments]), encoding="utf-8")
    return path
