"""How Sphinx builds these pages: `make docs`."""

from importlib.metadata import version as _version

from ipython_pygments_lexers import IPython3Lexer
from pygments.lexers.special import TextLexer

project = "nbpeer"
author = "the nbpeer contributors"
project_copyright = "2026, the nbpeer contributors"
release = version = _version("nbpeer")

extensions = ["myst_parser", "sphinx_click"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4
nitpicky = True

html_theme = "pydata_sphinx_theme"
html_title = "nbpeer"
html_show_sourcelink = False
html_theme_options = {
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}

# What the pages of rules call their blocks: not a language, but what the block is of.
_BLOCKS = ("a", "error", "results", "decisions", "hypothesis", "requirements", "metrics")


def setup(app):
    """Let Sphinx show cells as IPython reads them, and the other blocks of the rules' pages as they are."""
    app.add_lexer("python", IPython3Lexer)
    for name in _BLOCKS:
        app.add_lexer(name, TextLexer)
