"""The addresses of what is taught and what it earns: for the bar's staff, and for providers."""

from compliance.api import (
    attendance,
    courses,
    ledger,
    presence,
    provider,
    provider_reports,
    providers,
    rosters,
    sessions,
    teaching,
)

urls = [
    *providers.urls,
    *courses.urls,
    *sessions.urls,
    *teaching.urls,
    *attendance.urls,
    *presence.urls,
    *ledger.urls,
    *provider.urls,
    *rosters.urls,
    *provider_reports.urls,
]
