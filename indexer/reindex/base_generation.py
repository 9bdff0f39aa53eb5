"""The generation that a reindex starts from, and what it says about the need for one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from wangqi.indexer.reindex.report import State
from wangqi.indexer.store.generations import INDEX_FOLDER, Store
from wangqi.indexer.store.manifest import IssueRecord, Manifest, built_how
from wangqi.indexer.store.opening import text_path
from wangqi.search.engine import Engine
from wangqi.search.errors import DamagedIndexError, NoIndexError, StaleIndexError, StoreError
from wangqi.search.errors.message import Message

EMPTY = Manifest(fingerprint="", created="", reason="", archives={}, issues={}, files={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The last good generation, which a run builds on; empty before the first one."""

    state: State
    """`equal` as far as this can tell: the archives are not looked at here."""
    reason: str
    folder: Path | None = None
    manifest: Manifest = EMPTY
    same_engine: bool = False
    """Its `index/` can be built upon; its texts can be read again in any case."""

    @property
    def index(self) -> Path | None:
        return self.folder / INDEX_FOLDER if self.folder and self.same_engine else None

    def record(self, issue_id: str) -> IssueRecord | None:
        return self.manifest.issues.get(issue_id)

    def text(self, issue_id: str) -> Path | None:
        """The last good version of the issue's file."""
        path = text_path(issue_id)
        return self.folder / path if self.folder and path in self.manifest.files else None


def find_base(store: Store, engine: Engine, *, full: bool) -> Base:
    """The current generation if every byte of it is right, else the newest that is; `full` builds upon none.

    Raises `EngineAwayError` when the engine cannot tell whether it still has all of it."""
    fingerprint = engine.fingerprint
    try:
        name = store.current()
        manifest = store.verify(name)
    except StoreError as error:
        if isinstance(error, NoIndexError) and not store.names():
            return Base(state="missing", reason=Message("there was no index"))
        return _newest_good(store, fingerprint, error)
    same_engine = manifest.fingerprint == fingerprint
    state: State = "full" if full else "equal" if same_engine else "stale"
    reasons = {
        "full": Message("everything was read again, as asked"),
        "equal": Message("nothing changed"),
        "stale": Message(
            "generation {name} was built {how}", name=name, how=built_how(manifest.fingerprint, fingerprint)
        ),
    }
    base = Base(
        state=state, reason=reasons[state], folder=store.path(name), manifest=manifest, same_engine=state == "equal"
    )
    try:
        if base.index:
            engine.check(base.index)
    except DamagedIndexError as error:
        return replace(base, state="damaged", reason=Message("{error}; built anew", error=error), same_engine=False)
    return base


def _newest_good(store: Store, fingerprint: str, error: StoreError) -> Base:
    state: State = "stale" if isinstance(error, StaleIndexError) else "damaged"
    for name in store.names():
        try:
            manifest = store.verify(name)
        except StoreError:
            continue
        same_engine = manifest.fingerprint == fingerprint
        reason = Message("{error}; built again from generation {name}", error=error, name=name)
        return Base(state=state, reason=reason, folder=store.path(name), manifest=manifest, same_engine=same_engine)
    return Base(state=state, reason=Message("{error}; built anew", error=error))
