"""Every error that Wangqi raises on purpose.

    SearchError                 anything below; the message says what, where and what to do next
    ├── ConfigError             a setting, an option or an archive's path cannot be used
    ├── StoreError              the index on disk
    │   ├── NoIndexError        there is none yet: run `wangqi reindex`
    │   ├── DamagedIndexError   its bytes are not the ones that were written
    │   ├── StaleIndexError     it was written by another analyzer or format: run `wangqi reindex`
    │   ├── LockedError         another reindex is writing
    │   ├── ShrinkingError      a publish would lose too many entries
    │   ├── EngineAwayError     the cluster that holds it does not answer, or not in time: ask again later
    │   │   └── EngineDeniedError   it does not let us in: look at the password
    │   ├── EngineFullError     the cluster takes no more documents: its disks are full
    │   └── EngineRefusedError  the cluster refuses a request, and would again
    │       └── EngineMissingError  since what it is about is not there
    ├── GitError                git cannot be asked about a folder, or refuses
    ├── ReadError               an issue file cannot be read (encoding, size, not a regular file)
    ├── OverBudgetError         an answer takes too much of the processor's time: ask for less
    └── RequestError            a parameter of a search is wrong (names it)

Bugs (a caller breaking a contract) stay `ValueError`, `TypeError` or `AssertionError`.
"""

from wangqi.search.errors.message import Message


class SearchError(Exception):
    """Base of all errors of this project; `str(error)`, in English, is fit to be shown to a person (`message_of` in any
    language)."""

    def __init__(self, message: str, /, **values: object) -> None:
        """A text, or the template of a `Message` and its values."""
        super().__init__(message if isinstance(message, Message) else Message(message, **values))


class ConfigError(SearchError):
    """A setting, an option or an archive's path cannot be used."""


class StoreError(SearchError):
    """Base of the errors about the index on disk."""


class NoIndexError(StoreError):
    """There is no index in that folder yet."""


class DamagedIndexError(StoreError):
    """A file of the index is missing or holds other bytes than were written."""


class StaleIndexError(StoreError):
    """The index was written by another version of the analyzer or of the file format."""


class LockedError(StoreError):
    """Another reindex holds the lock; the message says which process and since when."""


class ShrinkingError(StoreError):
    """A publish would lose so many entries that a missing folder is likelier than an intention."""


class EngineAwayError(StoreError):
    """The cluster that holds the index gives no answer, or not in time: that says nothing about what it holds."""


class EngineDeniedError(EngineAwayError):
    """The cluster does not take the user and the password, or does not let the user do this."""


class EngineFullError(StoreError):
    """The cluster takes no more documents, since its disks are full."""


class EngineRefusedError(StoreError):
    """The cluster understood a request and says no: something is there already, or wrong."""

    def __init__(self, message: str, /, *, status: int = 400, kind: str = "", **values: object) -> None:
        super().__init__(message, **values)
        self.status = status
        """Of HTTP: 409 for a conflict."""
        self.kind = kind
        """The cluster's name for it, as `index_not_found_exception`."""


class EngineMissingError(EngineRefusedError):
    """The cluster has no index or no document of that name."""


class GitError(SearchError):
    """There is no checkout, git cannot be started, or it ended with an error; the message says which."""


class ReadError(SearchError):
    """An issue file cannot be read as text."""

    def __init__(self, message: str, /, *, line: int = 1, **values: object) -> None:
        super().__init__(message, **values)
        self.line = line
        """Line of the file, from 1, that the reason is about."""


class OverBudgetError(SearchError):
    """An answer would take more of the processor's time than it may (`search.budget`)."""


class RequestError(SearchError):
    """A parameter of a search has a value that cannot be used."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(Message("{parameter}: {message}", parameter=parameter, message=message))
        self.parameter = parameter
        """Name of the parameter as the caller wrote it."""
        self.message = message
        """What is wrong with its value."""
