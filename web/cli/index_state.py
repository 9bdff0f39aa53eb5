"""`wangqi status | accept | verify | rollback`: what the index holds, what of its problems is known, whether its bytes
are right, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from wangqi.search.errors.message import Message, message_of, plural
from wangqi.web.cli.shared import NOTHING_DONE, echo, index_option, json_option, print_json, say, settings

if TYPE_CHECKING:
    from wangqi.indexer.store.generations import Store
    from wangqi.indexer.store.manifest import IssueRecord, Manifest
    from wangqi.search.engine import Engine


@click.command()
@index_option
@click.option("--problems", "shows_problems", is_flag=True, help="Show problems by kind, those of new issues first.")
@json_option
def status(index: str | None, shows_problems: bool, as_json: bool) -> None:
    """Show what the index holds, and since when."""
    from wangqi.indexer.store.copies import source_of
    from wangqi.indexer.store.generations import Store
    from wangqi.indexer.store.last_update import last_update
    from wangqi.indexer.store.manifest import built_how
    from wangqi.web.cli.composition import make_engine

    config = settings(index=index)
    store = Store(config.index_dir)
    name = store.current()
    manifest = store.manifest(name)
    fingerprint = make_engine(config).fingerprint
    stale = manifest.fingerprint != fingerprint
    last, copy_of = last_update(store.folder), source_of(store.folder)
    more = {"update": asdict(last) if last else None, "copy_of": copy_of}
    state = _status(store, name, manifest, stale) | more
    if as_json:
        print_json(state)
        return
    echo(
        "generation {name} in {folder}, published {created}: {reason}",
        name=name,
        folder=store.folder,
        created=datetime.fromisoformat(manifest.created).isoformat(timespec="seconds"),
        reason=manifest.reason,
    )
    echo("{counts}, {megabytes:.1f} MB", counts=_counts(state), megabytes=state["bytes"] / 1e6)
    for archive in state["archives"]:
        echo(
            "  {archive}: {counts}, from {root}", archive=archive["name"], counts=_counts(archive), root=archive["root"]
        )
    if copy_of:
        echo("a copy of the index in {source}; `wangqi pull` takes over what is new there", source=copy_of)
    if last:
        at = {"at": last.at, "what": last.what}
        echo(Message("last run {at} FAILED: {what}" if last.failed else "last run {at}: {what}", **at))
    problems = [f"{count} {code}" for code, count in state["problems"].items()]
    echo("problems: {problems}", problems=problems or Message("none"))
    if shows_problems:
        _print_problems(store, manifest)
    if stale:
        again = "wangqi pull" if copy_of else "wangqi reindex"
        echo("built {how}: run `{again}`", how=built_how(manifest.fingerprint, fingerprint), again=again)


def _counts(held: Mapping[str, Any]) -> Message:
    issues = plural(held["issues"], "{num} issue", "{num} issues")
    entries = plural(held["entries"], "{num} entry", "{num} entries")
    return Message("{issues}, {entries}", issues=issues, entries=entries)


def _print_problems(store: Store, manifest: Manifest) -> None:
    from wangqi.indexer.store.accepted import not_accepted
    from wangqi.web.cli.problem_groups import grouped

    problems = not_accepted(store.folder, manifest.issues.values())
    for line in grouped(problems):
        echo(line)
    if left_out := sum(len(record.problems) for record in manifest.issues.values()) - len(problems):
        echo(
            plural(
                left_out,
                "{num} accepted (`wangqi accept`) is left out",
                "{num} accepted (`wangqi accept`) are left out",
            )
        )


@click.command()
@index_option
@json_option
def accept(index: str | None, as_json: bool) -> None:
    """Accept the problems that there are: `reindex --strict` then fails for new ones alone."""
    from wangqi.indexer.store.accepted import accept as accept_all
    from wangqi.indexer.store.generations import Store

    store = Store(settings(index=index).index_dir)
    count = accept_all(store.folder, store.manifest(store.current()).issues.values())
    if as_json:
        print_json({"accepted": count})
    else:
        echo(plural(count, "{num} problem accepted", "{num} problems accepted"))


def _status(store: Store, name: str, manifest: Manifest, stale: bool) -> dict[str, Any]:
    records = list(manifest.issues.values())
    return {
        "generation": name,
        "generations": store.names(),
        "created": manifest.created,
        "reason": manifest.reason,
        "stale": stale,
        "issues": sum(bool(record.digest) for record in records),
        "entries": manifest.entries,
        "bytes": sum(file.size for file in manifest.files.values()),
        "archives": [
            _archive(archive, root, [record for record in records if record.archive == archive])
            for archive, root in manifest.archives.items()
        ],
        "problems": dict(Counter(problem.code for record in records for problem in record.problems).most_common()),
    }


def _archive(name: str, root: str, records: list[IssueRecord]) -> dict[str, Any]:
    return {
        "name": name,
        "root": root,
        "issues": sum(bool(record.digest) for record in records),
        "entries": sum(record.entries for record in records),
        "unreadable": [record.path for record in records if record.status in {"kept", "failed"}],
    }


@click.command()
@index_option
@json_option
@click.pass_context
def verify(context: click.Context, index: str | None, as_json: bool) -> None:
    """Compare every byte of every generation with what was written."""
    from wangqi.indexer.store.generations import Store
    from wangqi.web.cli.composition import make_engine

    config = settings(index=index)
    store, engine = Store(config.index_dir), make_engine(config)
    current = store.current()
    problems = {name: _problem(store, engine, name) for name in {current, *store.names()}}
    if as_json:
        checked = [{"generation": name, "problem": problems[name]} for name in sorted(problems, reverse=True)]
        print_json({"current": current, "good": not any(problems.values()), "generations": checked})
    for name in sorted(problems, reverse=True):
        problem = problems[name]
        if problem:
            say(problem)
        elif not as_json:
            if name == current:
                echo("generation {name}: every byte is as it was written (serves)", name=name)
            else:
                echo("generation {name}: every byte is as it was written", name=name)
    if any(problems.values()):
        context.exit(NOTHING_DONE)


def _problem(store: Store, engine: Engine, name: str) -> str | None:
    from wangqi.indexer.store.generations import INDEX_FOLDER
    from wangqi.search.errors import EngineAwayError, StoreError

    try:
        manifest = store.verify(name)
        if manifest.fingerprint == engine.fingerprint:
            engine.check(store.path(name) / INDEX_FOLDER)
    except EngineAwayError:
        raise  # that is no fault of a generation
    except StoreError as error:
        return message_of(error)
    return None


@click.command()
@index_option
@json_option
def rollback(index: str | None, as_json: bool) -> None:
    """Let the generation before the current one serve."""
    from wangqi.indexer.store.generations import Store
    from wangqi.indexer.store.pointer import roll_back
    from wangqi.web.cli.composition import make_engine

    config = settings(index=index)
    store = Store(config.index_dir)
    before = store.current()
    engine = make_engine(config)
    name = roll_back(store, engine.fingerprint, engine.shelf)
    if as_json:
        print_json({"generation": name, "before": before})
    else:
        echo(
            "generation {name} serves, {before} did before; the next reindex reads the archives again",
            name=name,
            before=before,
        )
