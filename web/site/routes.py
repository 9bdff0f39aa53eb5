"""Every route of the site, as Flask writes them: views answer at these, and `web.site.addresses` leads there."""

from typing import Final

HOME: Final = "/"
SEARCH: Final = "/search"
RANDOM: Final = "/random"
ISSUES: Final = "/issues"
ISSUE: Final = "/issues/<archive>/<path:path>"
ENTRY: Final = "/entries/<entry_id>"
PLACE: Final = "/entries/<entry_id>/place"

MANIFEST: Final = "/manifest.webmanifest"
SERVICE_WORKER: Final = "/service-worker.js"

FEED: Final = "/search.atom"
ISSUES_FEED: Final = "/issues.atom"
OPENSEARCH: Final = "/opensearch.xml"
ROBOTS: Final = "/robots.txt"
ENTRIES: Final = "/entries.jsonl"
SITEMAP: Final = "/sitemap.xml"
SITEMAP_PART: Final = "/sitemap-<int:part>.xml"

API: Final = "/api/"
API_SEARCH: Final = "/api/v1/search"
API_ENTRY: Final = "/api/v1/entries/<entry_id>"
API_RANDOM: Final = "/api/v1/random"
API_SUGGEST: Final = "/api/v1/suggest"
API_LOOKUP: Final = "/api/v1/lookup"
API_LOOKUPS: Final = "/api/v1/lookups"
API_ISSUES: Final = "/api/v1/issues"
API_ISSUE: Final = "/api/v1/issues/<issue_id>"
API_STATUS: Final = "/api/v1/status"
OPENAPI: Final = "/openapi.json"
HEALTH: Final = "/healthz"
HOOK: Final = "/hooks/reindex"
METRICS: Final = "/metrics"

MAX_ADDRESS_CHARS: Final = 4096
"""Of an address that is answered."""

PROGRAMS: Final = (API, OPENAPI, HEALTH, FEED, ISSUES_FEED, OPENSEARCH, "/sitemap", ROBOTS, ENTRIES)
"""What the addresses of programs begin with: pages of other origins may read these, and errors are problem+json."""
