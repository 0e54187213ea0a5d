"""`nbpeer site`."""

from __future__ import annotations

from pathlib import Path

import click

from nbpeer.cli.counting import counting
from nbpeer.cli.options import base_option, format_option, show_json


@click.command(name="site")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The folder to build it in (default: site).")
@click.option("--title", default="Analyses", show_default=True, help="What the site is called.")
@click.option("--url", default="", help="Where it will stand, for the feed.")
@click.option("--source-url", default="", help="Where sources are, such as a forge's …/blob/main.")
@base_option("What approvals are held against; without it the usual branch.")
@format_option
def command(output: Path | None, base: str | None, output_format: str, **named: str) -> int:
    """Build the catalogue as a static site, or bring it up to date.

    Every analysis with its status (approved, in review, lapsed, draft, superseded), question, answer, headline results,
    caveats, decision, people, tags and metrics; lists by each of these; a search that works offline; a feed. The folder
    opens from disk: no server, nothing loaded from elsewhere. Only pages that change are written.

    \b
    Examples:
      nbpeer site
      nbpeer site -o public --title "What we know" --url https://analyses.example.org
    """
    from nbpeer.commands.site import DEFAULT_OUTPUT, SiteRequest, site
    from nbpeer.config import load_config
    from nbpeer.render.site import SiteOptions
    from nbpeer.repo import git

    root = git.find_root(Path.cwd())
    options = SiteOptions(named["title"], named["url"], named["source_url"].rstrip("/"))
    request = SiteRequest(output or root / DEFAULT_OUTPUT, options, base)
    with counting("Building the site") as step:
        report = site(root, load_config(root), request, step)
    if output_format == "json":
        show_json(report)
        return 0
    analyses = "1 analysis" if report.analyses == 1 else f"{report.analyses:,} analyses"
    removed = f", {report.removed:,} removed" if report.removed else ""
    click.echo(f"{analyses} in {report.pages:,} files, {report.written:,} written{removed}")
    if not report.searchable:
        click.echo("It has no search: this nbpeer was built without Node")
    for note in report.notes:
        click.echo(f"Note: {note}")
    click.echo(f"Open {report.path}/index.html")
    return 0
