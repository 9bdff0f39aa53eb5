"""An issue as plain values for JSON: what `wangqi parse FILE --json` prints."""

from wangqi.search.model import Entry, Issue, Section


def issue_as_dict(issue: Issue) -> dict[str, object]:
    """`issue` as nested dicts, lists and strings; dates are ISO days. Keys may be added, never change."""
    ref = issue.ref
    return {
        "archive": ref.archive,
        "path": ref.path,
        "number": ref.number,
        "title": ref.title,
        "date": ref.date.isoformat() if ref.date else None,
        "tags": list(ref.tags),
        "text": issue.front.text if issue.front else "",
        "sections": [_section(section) for section in issue.sections],
        "problems": [
            {"path": problem.path, "line": problem.line, "code": problem.code, "message": problem.message}
            for problem in issue.problems
        ],
    }


def _section(section: Section) -> dict[str, object]:
    return {
        "title": section.title,
        "kind": section.kind,
        "line": section.line,
        "boilerplate": section.boilerplate,
        "text": section.front.text if section.front else "",
        "entries": [_entry(entry) for entry in section.entries],
    }


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "title": entry.title,
        "url": entry.url,
        "kind": entry.kind,
        "text": entry.text,
        "line": entry.line,
        "links": [{"text": link.text, "url": link.url} for link in entry.links],
        "images": list(entry.images),
        "contributor": entry.contributor,
        "attribution": entry.attribution,
    }
