"""Archives → a new generation of the index, when there is anything new: `reindex(config, engine)`.

In the order of the work: find the generation to start from (`base`), compare and read the files (`reading`), refuse
what looks like an accident, write, check and publish (`store`). Until the last step readers see the old generation.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from wangqi.indexer.archive.patterns import PathPatterns
from wangqi.indexer.config import Config, check_once
from wangqi.indexer.reindex.base_generation import Base, find_base
from wangqi.indexer.reindex.reindex_plan import Progress, ReindexPlan, read_archives
from wangqi.indexer.reindex.report import Counts, ReindexReport, ReportedProblem
from wangqi.indexer.reindex.spool import Spool
from wangqi.indexer.reindex.told_once import because, told_once
from wangqi.indexer.store.generations import INDEX_FOLDER, TEXTS_FOLDER, Store
from wangqi.indexer.store.last_update import note_update, noting_failure
from wangqi.indexer.store.manifest import Manifest
from wangqi.indexer.store.moved import Moved, read_moved, settled, write_moved
from wangqi.indexer.store.opening import check_answers, text_path
from wangqi.indexer.store.pointer import Pointer
from wangqi.search.engine import Engine
from wangqi.search.errors import ConfigError, EngineAwayError, ShrinkingError, StoreError
from wangqi.search.errors.message import Message
from wangqi.search.model import Issue
from wangqi.search.processes import seldom_collecting

MAX_LOST_SHARE = 0.2
"""A publish that would lose more of the entries is refused."""


def reindex(
    config: Config,
    engine: Engine,
    *,
    full: bool = False,
    force: bool = False,
    today: date | None = None,
    progress: Progress | None = None,
) -> ReindexReport:
    """Bring the index up to date with the archives and say what was done; nothing is written when nothing changed.

    Without archives in `config`, those of the last run are read again. `full` reads and indexes everything anew;
    `force` publishes even when more than a fifth of the entries would be lost. Issues of a later day than `today` (by
    this machine's clock, if it is not given) are held back, unless `config.future`. Raises `ConfigError` for an archive
    that cannot be used, `LockedError` while another reindex runs, `ShrinkingError`, and `StoreError` when the index
    cannot be written: in each case the generation that serves stays as it is.
    """
    started = time.monotonic()
    store = Store(config.index_dir, engine.discard)
    with noting_failure(config.index_dir):
        if config.archives or not store.names():
            _check_archives(config.archives)  # now, before a folder is made for the index
        try:
            with store.lock(), seldom_collecting():
                pointer = Pointer(store, engine.shelf)
                with _tidied(engine, store, pointer):
                    pointer.follow_if_whole()
                    base = find_base(store, engine, full=full)
                    run = _Reindex(config, engine, store, pointer, base, progress or (lambda what, done, total: None))
                    report = run.run(force=force, today=today or date.today())
                # Visitors are told: which folder was damaged is the owner's affair.
                note_update(config.index_dir, Message("built anew") if report.state == "damaged" else report.reason)
        except OSError as error:
            raise StoreError(_why(error, config.index_dir)) from error
    return replace(report, took_ms=(time.monotonic() - started) * 1000)


@contextmanager
def _tidied(engine: Engine, store: Store, pointer: Pointer) -> Iterator[None]:
    """Let go afterwards of what is of no more use elsewhere. What cannot be reached now the next run sees."""
    try:
        yield
    except EngineAwayError:
        raise
    except BaseException:
        _tidy(engine, store, pointer)
        raise
    _tidy(engine, store, pointer)


def _tidy(engine: Engine, store: Store, pointer: Pointer) -> None:
    with suppress(StoreError):
        engine.sweep(store.generations, [store.path(name) / INDEX_FOLDER for name in store.names()])
        pointer.forget_old()


def _why(error: OSError, index_dir: Path) -> str:
    """The reason why a run stopped; limits of the process are told apart from faults of the disk."""
    if error.errno == errno.ENOMEM:
        return Message("there is not enough memory, or no more is allowed (`ulimit -v`); nothing was changed")
    limit = Message(", a limit of this process (`ulimit -f`)") if error.errno == errno.EFBIG else ""
    return Message(
        "cannot write the index in {folder}: {reason}{limit}",
        folder=index_dir,
        reason=error.strerror or error,
        limit=limit,
    )


class _Reindex:
    """A run, under the lock."""

    def __init__(
        self, config: Config, engine: Engine, store: Store, pointer: Pointer, base: Base, progress: Progress
    ) -> None:
        self._config = config
        self._patterns = PathPatterns(config.include, config.exclude)
        self._engine = engine
        self._store = store
        self._pointer = pointer
        self._base = base
        self._progress = progress

    def run(self, *, force: bool, today: date) -> ReindexReport:
        named = self._named_archives()
        if self._engine.shelf and not force:
            _refuse_another_site(self._base.manifest.archives, named)
        plan = read_archives(
            named,
            self._base,
            sections=self._config.sections,
            patterns=self._patterns,
            index_dir=self._config.index_dir,
            alone=self._config.archives_are_all,
            today=today,
            future=self._config.future,
            progress=self._progress,
        )
        kept = {} if self._config.archives_are_all else self._base.manifest.archives
        archives = kept | {name: str(root) for name, root in named.items()}
        check_once({name: Path(root) for name, root in archives.items()})
        base = self._base
        if base.state == "equal":
            if plan.records == self._base.manifest.issues and archives == self._base.manifest.archives:
                self._pointer.point_to(self._store.current())  # somebody may have moved or removed it
                return self._report(plan, archives, self._store.current(), base)
            base = replace(base, state="content", reason=_changes(plan))
        if not force:
            _refuse_shrinking(self._base, plan, self._patterns)
        return self._report(plan, archives, self._publish(plan, archives, base.reason), base)

    def _named_archives(self) -> Mapping[str, Path]:
        last = {name: Path(root) for name, root in self._base.manifest.archives.items()}
        named = self._config.archives or last
        _check_archives(named)
        return named

    def _publish(self, plan: ReindexPlan, archives: dict[str, str], reason: str) -> str:
        with self._store.draft() as folder:
            self._build(folder, plan)
            self._keep_texts(folder, plan)
            write_moved(folder, self._moved(plan))
            manifest = Manifest(
                fingerprint=self._engine.fingerprint,
                created=datetime.now(UTC).isoformat(timespec="microseconds"),
                reason=reason,
                archives=archives,
                issues=plan.records,
                files=self._store.seal(folder, base=self._base.folder, known=self._base.manifest.files),
            )
            with closing(self._engine.open(folder / INDEX_FOLDER)) as searcher:
                check_answers(searcher, manifest)
            return self._pointer.publish(folder, manifest)

    def _build(self, folder: Path, plan: ReindexPlan) -> None:
        """Index the issues of the plan, and write their texts as they pass."""
        (folder / INDEX_FOLDER).mkdir()
        (folder / TEXTS_FOLDER).mkdir()
        issues = _Passing(plan.issues, folder, self._progress)
        self._engine.build(folder / INDEX_FOLDER, issues, base=self._base.index, removed=plan.removed)

    def _keep_texts(self, folder: Path, plan: ReindexPlan) -> None:
        for issue, record in plan.records.items():
            if issue not in plan.issues and record.digest and (before := self._base.text(issue)):
                _link(before, folder / text_path(issue))

    def _moved(self, plan: ReindexPlan) -> Moved:
        """What became of the issues that are no longer where they were; git knows more of it than the base."""
        before = read_moved(self._base.folder) if self._base.folder else {}
        held = {issue for issue, record in plan.records.items() if record.digest}
        return settled({**before, **dict.fromkeys(plan.removed, ""), **plan.moved}, held)

    def _report(self, plan: ReindexPlan, archives: dict[str, str], generation: str, base: Base) -> ReindexReport:
        return ReindexReport(
            generation=generation,
            changed=base.state != "equal",
            state=base.state,
            reason=base.reason,
            issues=Counts(**plan.counts),
            entries=plan.entries,
            problems=tuple(told_once(_reported(plan, archives))),
            took_ms=0.0,
        )


def _reported(plan: ReindexPlan, archives: Mapping[str, str]) -> Iterator[ReportedProblem]:
    for issue, record in plan.records.items():
        file = _file(Path(archives[record.archive]), record.path) if record.problems else Path()
        for problem in record.problems:
            today = because(problem, plan.why_no_day.get(issue, ""))
            yield ReportedProblem(archive=record.archive, file=file, problem=today, fresh=issue in plan.fresh)


class _Passing:
    """Issues on their way to the engine, which takes one after the other: the text of each is written to `folder`, and
    how many are done is told to `progress`."""

    def __init__(self, issues: Spool, folder: Path, progress: Progress) -> None:
        self._issues, self._folder, self._progress = issues, folder, progress

    def __iter__(self) -> Iterator[Issue]:
        for done, (issue, data) in enumerate(self._issues):
            self._progress(Message("indexing"), done, len(self))
            (self._folder / text_path(issue.ref.id)).write_bytes(data)
            yield issue
        self._progress(Message("indexing"), len(self), len(self))

    def __len__(self) -> int:
        return len(self._issues)


def _check_archives(archives: Mapping[str, Path]) -> None:
    """Raise `ConfigError` when there is nothing to read."""
    if not archives:
        raise ConfigError("no archive to read: name a folder of Markdown files, or list it in wangqi.toml")
    for name, root in archives.items():
        if not root.exists():
            raise ConfigError(
                "archive {name}: {root} does not exist; name a folder of Markdown files", name=name, root=root
            )


def _refuse_another_site(before: Mapping[str, str], named: Mapping[str, Path]) -> None:
    """Raise `ConfigError` when the generation that hosts share has other archives: two sites have one name there."""
    if before and not before.keys() & named.keys():
        raise ConfigError(
            "the cluster has an index of other archives ({before}) under this name: give each site an "
            "OPENSEARCH_INDEX of its own; to replace it, run `wangqi reindex --force`",
            before=sorted(before),
        )


def _refuse_shrinking(base: Base, plan: ReindexPlan, patterns: PathPatterns) -> None:
    """Raise `ShrinkingError` when more than a fifth of the entries would go: likelier an accident than an intention.

    One file that was taken away is an intention, however large its share of a small archive. What turns out to be
    furniture of the archive, and what its author's `patterns` leave out, is no loss.
    """
    before, after = base.manifest.entries, plan.entries
    issues = base.manifest.issues
    left_out = sum(issues[issue].entries for issue in plan.removed if patterns.is_gone(issues[issue].path))
    lost = before - after - plan.furniture - left_out
    one_file = len(plan.removed) == 1 and lost <= sum(issues[issue].entries for issue in plan.removed)
    if lost > MAX_LOST_SHARE * before and not one_file:
        raise ShrinkingError(
            "refused: {lost} of {before} entries would be lost ({changes}); if that is meant, run "
            "`wangqi reindex --force`",
            lost=lost,
            before=before,
            changes=_changes(plan),
        )


def _changes(plan: ReindexPlan) -> str:
    said = [
        Message("{num} added", num=plan.counts["added"]),
        Message("{num} changed", num=plan.counts["changed"]),
        Message("{num} removed", num=plan.counts["removed"]),
        Message("{num} failed", num=plan.counts["failed"]),
        *(
            Message(
                "{num} of {archive} read again, since what its issues have in common is another",
                num=count,
                archive=archive,
            )
            for archive, count in plan.turned.items()
        ),
    ]
    done = [each for each in said if each.values["num"]]
    return Message("{changes}", changes=done) if done else Message("the archives were moved")


def _file(root: Path, path: str) -> Path:
    """The issue's file, also when the archive is that one file."""
    return root if root.is_file() else root / path


def _link(source: Path, target: Path) -> None:
    """Give a file a second name; copy it where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
