"""Values in, terminal text, Markdown, HTML or JSON out; owns rich, jinja2, mistune, pygments and nh3."""
