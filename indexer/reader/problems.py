"""Collect the problems of an issue while it is read."""

from dataclasses import dataclass, field

from wangqi.search.model import Problem


@dataclass(slots=True)
class Problems:
    """The problems of the file at `path`."""

    path: str
    _found: list[Problem] = field(default_factory=list)

    def add(self, line: int, code: str, message: str) -> None:
        self._found.append(Problem(path=self.path, line=line, code=code, message=message))

    def in_order(self) -> tuple[Problem, ...]:
        """The problems, by line, then by code."""
        return tuple(sorted(self._found, key=lambda problem: (problem.line, problem.code)))
