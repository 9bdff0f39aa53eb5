"""`wangqi export`: the archive as files for a static host."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wangqi.indexer.config import Config, load_config
from wangqi.search.errors import ConfigError
from wangqi.search.errors.message import Message, message_of, plural
from wangqi.web.cli.shared import (
    echo,
    index_option,
    json_option,
    opened,
    print_json,
    say,
    shown_path,
    stoppable_progress,
    wrong_usage,
)

if TYPE_CHECKING:
    from wangqi.web.export.export import ExportReport, Progress
    from wangqi.web.site.leases import Generation


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--base-url", metavar="URL", help="The address at which DIR will be served (base_url of wangqi.toml).")
@index_option
@json_option
def export(folder: Path, base_url: str | None, index: str | None, as_json: bool) -> None:
    """Write the archive into DIR as a site that any static host can serve, search included.

    DIR is new, empty, or holds an earlier export, of which only what differs is written. Feeds, the sitemap and other
    documents that need the address of the site are left out while it is not known.
    """
    config = _settings(index, base_url)
    with opened(config) as generation, stoppable_progress() as progress:
        report = export_generation(generation, config, folder, progress)
    if report.left_out:
        say(Message("left out, as base_url is not set: {left_out}", left_out=report.left_out))
    if as_json:
        print_json(asdict(report))
    else:
        for line in _summary(report, folder):
            echo(line)


def export_generation(generation: Generation, config: Config, folder: Path, progress: Progress) -> ExportReport:
    """Write the site of `generation` by these settings."""
    from wangqi.web.app import create_app
    from wangqi.web.export.addresses import ExportedFiles
    from wangqi.web.export.export import export as export_site
    from wangqi.web.export.pages import OneGeneration

    files = ExportedFiles(config.base_url and config.base_url.rstrip("/"), config.links, generation.is_long)
    # Its own pages ask it, by no name of the site and as often as they can.
    asked_by_itself = replace(config, base_url=None, host_names=(), rate=0, cpu=0)
    app = create_app(OneGeneration(generation), asked_by_itself, files=files)
    return export_site(app, generation, files, folder, progress)


def _settings(index: str | None, base_url: str | None) -> Config:
    try:
        return load_config(options={"index": index, "base_url": base_url})
    except ConfigError as error:
        raise wrong_usage(message_of(error)) from error


def _summary(report: ExportReport, folder: Path) -> tuple[Message, Message]:
    return (
        Message(
            "generation {name} in {folder}: {issues}, {files}, {megabytes:.1f} MB",
            name=report.generation,
            folder=shown_path(folder),
            issues=plural(report.issues, "{num} issue", "{num} issues"),
            files=plural(report.files, "{num} file", "{num} files"),
            megabytes=report.bytes / 1e6,
        ),
        Message(
            "files: {written} written, {removed} removed, {unchanged} unchanged",
            written=report.written,
            removed=report.removed,
            unchanged=report.files - report.written,
        ),
    )
