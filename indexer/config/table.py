"""The settings: each is one field of `Config`, annotated with what a person has to know of it.

`SETTINGS` lists them. The options of `wangqi serve` are made from it, and so is the table in docs/operating.md
(tests/test_settings.py).

>>> SETTINGS["port"].variable, Config().port
('WANGQI_PORT', 8000)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_type_hints

from wangqi.indexer.config import values
from wangqi.indexer.config.hosts import NEARBY, Network
from wangqi.indexer.config.values import ValueType
from wangqi.search.errors.message import Message, one_after_the_other
from wangqi.search.model import Kind
from wangqi.search.processes import MAX_PROCESSES, available_processes

DEFAULT_INDEX: Final = ".wangqi"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its type, names and documentation."""

    type: ValueType
    about: str
    """What it is for, without a full stop."""
    name: str = ""
    """In `wangqi.toml`, and in capitals in its variable; the field's when it is not given."""
    field: str = ""
    """Of `Config`."""
    default: str = ""
    """As people read it; the field's when it is not given."""
    option: str = ""
    """Of `wangqi serve`; `--index` is one of every command. The field's where only the server reads it."""
    has_option: bool = True
    has_variable: bool = True
    of_server: bool = False
    """Only `wangqi serve` reads it, from variables and options: `wangqi.toml` may have come with a push."""
    of_cluster: bool = False
    """It is about an OpenSearch cluster, and read from its variable alone, which has no prefix: `wangqi.toml` may have
    come with a push, and must not send what is indexed elsewhere."""

    @property
    def variable(self) -> str:
        prefix = "" if self.of_cluster else "WANGQI_"
        return f"{prefix}{self.name.upper()}" if self.has_variable else ""

    @property
    def typed(self) -> str:
        """How a command line has it, also that of a command which has the option of no other."""
        return self.option or f"--{self.name.replace('_', '-')}"

    @property
    def in_file(self) -> bool:
        return not self.of_server and not self.of_cluster

    @property
    def help(self) -> Message:
        default = [Message("default {default}", default=Message(self.default))] if self.default else []
        more = one_after_the_other([self.variable, *default])
        return Message("{about} ({more}).", about=Message(self.about), more=more)


Served: Final = partial(Setting, of_server=True)
OfCluster: Final = partial(Setting, of_cluster=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    title: Annotated[str, Setting(values.TEXT, "Title of the site")] = "往期"
    description: Annotated[str, Setting(values.TEXT, "A sentence about the site, shown where it is shared")] = ""
    home: Annotated[str | None, Setting(values.WEB_ADDRESS, "Address of your own site; every page links to it")] = None
    footer: Annotated[
        str,
        Setting(
            values.TEXT,
            "Markdown at the foot of every page, such as `[京ICP备00000000号](https://beian.miit.gov.cn/)`",
        ),
    ] = ""
    logo: Annotated[str | None, Setting(values.WEB_ADDRESS, "Address of a picture before the title")] = None
    accent: Annotated[
        str | None,
        Setting(
            values.COLOUR,
            "Colour of links, such as `#1d4f8c`; adjusted where it would be hard to read",
        ),
    ] = None
    base_url: Annotated[str | None, Setting(values.BASE_URL, "The site's own address, with its path")] = None
    host_names: Annotated[
        tuple[str, ...],
        Setting(values.HOST_NAMES, "Other names of its host, beside that in `base_url`", option="--host-names"),
    ] = ()
    index_dir: Annotated[
        Path,
        Setting(
            values.FOLDER,
            "Folder of the index",
            name="index",
            default=f"{DEFAULT_INDEX} in the working directory",
            option="--index",
        ),
    ] = Path(DEFAULT_INDEX)
    archives: Annotated[
        Mapping[str, Path],
        Setting(values.ARCHIVES, "Newsletters: name and folder (or file); in the variable `NAME=PATH:NAME=PATH`"),
    ] = field(default_factory=dict)
    """Absolute paths, in the order given. Whether they exist is not checked here."""
    archives_are_all: bool = False
    """`archives` come from settings, not from the command line: an archive of the index that is not among them goes."""
    include: Annotated[
        tuple[str, ...],
        Setting(
            values.PATTERNS,
            "Patterns of .gitignore: these files alone are issues, whatever their names",
            default="all Markdown that looks like an issue",
            has_variable=False,
        ),
    ] = ()
    exclude: Annotated[
        tuple[str, ...],
        Setting(
            values.PATTERNS, 'Files and folders that are no issues, such as `["en/", "*-draft.md"]`', has_variable=False
        ),
    ] = ()
    links: Annotated[
        Mapping[str, str],
        Setting(
            values.LINKS,
            "Archive → address of an issue on your own site, with `{path}` (2024/issue-07.md), `{stem}` (issue-07),"
            " `{number}` (7, or `{number:03}`), `{year}`, `{month}`, `{day}`, `{slug}`, `{title}`, or a key of its"
            " front matter",
            has_variable=False,
        ),
    ] = field(default_factory=dict)
    names: Annotated[
        Mapping[str, str],
        Setting(values.NAMES, "Archive → its name as readers see it", has_variable=False),
    ] = field(default_factory=dict)
    canonical: Annotated[
        Literal["self", "source"],
        Setting(
            values.CANONICAL_PAGE,
            "Page of an issue for search engines: `self`, this site's, or `source`, that of `[links]`",
        ),
    ] = "self"
    sections: Annotated[
        Mapping[str, Kind],
        Setting(
            values.SECTIONS,
            'Section title → kind; `"*工具箱*" = "工具"` matches a part',
            has_variable=False,
        ),
    ] = field(default_factory=dict)
    dictionary: Annotated[Path | None, Setting(values.FILE, "File of words for the analyzer, one per line")] = None
    words: Annotated[
        tuple[str, ...],
        Setting(values.TEXTS, 'More words for the analyzer, such as `["向量数据库"]`', has_variable=False),
    ] = ()
    aliases: Annotated[
        Mapping[str, tuple[str, ...]],
        Setting(values.WORD_LISTS, 'Words that mean the same, such as `k8s = ["kubernetes"]`', has_variable=False),
    ] = field(default_factory=dict)
    synonyms: Annotated[
        Mapping[str, tuple[str, ...]],
        Setting(
            values.WORD_LISTS,
            'Words that mean nearly the same, such as `"露营" = ["野营"]`; `[]` removes the shipped ones of a word',
            has_variable=False,
        ),
    ] = field(default_factory=dict)
    engine: Annotated[
        Literal["whoosh", "opensearch"],
        Setting(values.ENGINE, "What holds the index: `whoosh`, files on this machine, or `opensearch`, a cluster"),
    ] = "whoosh"
    images: Annotated[
        bool,
        Setting(values.SWITCH, "Show images, which readers fetch from other hosts; else links"),
    ] = True
    future: Annotated[bool, Setting(values.SWITCH, "Publish issues before the day they are dated")] = False
    frame_ancestors: Annotated[str, Setting(values.FRAME_ANCESTORS, "Sites that may show the pages in a frame")] = (
        "'none'"
    )
    """CSP source list."""

    host: Annotated[str, Served(values.ADDRESS, "Address to listen at")] = "127.0.0.1"
    port: Annotated[int, Served(values.PORT, "Port to listen at")] = 8000
    workers: Annotated[
        int,
        Served(values.PROCESSES, "How many processes answer", default=f"one for each core, at most {MAX_PROCESSES}"),
    ] = field(default_factory=available_processes)
    proxies: Annotated[
        int, Served(values.PROXIES, "How many proxies in front are trusted with X-Forwarded-For and -Proto")
    ] = 0
    proxies_at: Annotated[
        tuple[Network, ...],
        Served(values.NETWORKS, "Where they are: addresses or networks", default="this machine and private networks"),
    ] = NEARBY
    forwarded_host: Annotated[bool, Served(values.SWITCH, "The proxies set X-Forwarded-Host as well")] = False
    forwarded_prefix: Annotated[bool, Served(values.SWITCH, "The proxies set X-Forwarded-Prefix as well")] = False
    rate: Annotated[
        float, Served(values.RATE, "Requests per second that one address is answered", default="any number")
    ] = 0
    """0: any number."""
    cpu: Annotated[
        float | None,
        Served(
            values.SECONDS,
            "Processor time for one address in a second, 0 for any",
            default="0.25 with a rate, else any",
        ),
    ] = None
    hook_secret_file: Annotated[
        Path | None, Served(values.FILE, "File with the secret that lets a git host start a reindex")
    ] = None
    hook_secret: Annotated[str | None, Served(values.TEXT, "The secret itself", has_option=False)] = field(
        default=None, repr=False
    )
    note_misses: Annotated[
        bool, Served(values.SWITCH, "Note searches that find nothing, for `wangqi misses`; nothing of who asked")
    ] = False
    note_searches: Annotated[
        bool, Served(values.SWITCH, "Note all searches, for `wangqi report`; nothing of who asked")
    ] = False
    metrics: Annotated[
        bool, Served(values.SWITCH, "Answer `/metrics` with numbers for Prometheus, to whoever asks")
    ] = False

    opensearch_url: Annotated[str | None, OfCluster(values.TEXT, "Addresses of the nodes, separated by commas")] = (
        field(default=None, repr=False)
    )
    """There may be a password in it."""
    opensearch_user: Annotated[str | None, OfCluster(values.TEXT, "User name at the cluster")] = None
    opensearch_password: Annotated[str | None, OfCluster(values.TEXT, "Its password")] = field(default=None, repr=False)
    opensearch_ca: Annotated[
        Path | None, OfCluster(values.FILE, "File with the certificates (PEM) of its authority")
    ] = None
    opensearch_index: Annotated[
        str, OfCluster(values.INDEX_NAME, "Prefix of the names of its indexes; each site on a cluster needs another")
    ] = "wangqi"
    opensearch_shards: Annotated[int, OfCluster(values.SHARDS, "Shards of a new index")] = 1
    opensearch_replicas: Annotated[int, OfCluster(values.REPLICAS, "Copies of each shard, not counting the first")] = 1
    opensearch_timeout: Annotated[float, OfCluster(values.TIME_LIMIT, "Seconds after which the next node is asked")] = (
        1.0
    )
    opensearch_deadline: Annotated[
        float, OfCluster(values.TIME_LIMIT, "Seconds for all calls of an answer together")
    ] = 2.5


def _listed() -> dict[str, Setting]:
    types = get_type_hints(Config, include_extras=True)
    settings = [
        _completed(setting, each)
        for each in fields(Config)
        for setting in getattr(types[each.name], "__metadata__", ())
    ]
    return {setting.name: setting for setting in settings}


def _completed(setting: Setting, of: Field[Any]) -> Setting:
    default = setting.default
    if not default and isinstance(of.default, str | int | float) and of.default is not False:
        default = str(of.default).lower() if of.default is True else str(of.default)
    option = setting.option or (f"--{of.name.replace('_', '-')}" if setting.of_server and setting.has_option else "")
    return replace(setting, name=setting.name or of.name, field=of.name, default=default, option=option)


SETTINGS: Final[Mapping[str, Setting]] = _listed()
"""By name, in the order of the documentation."""
