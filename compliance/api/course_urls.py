"""The addresses of what is taught and what it earns: providers, courses, sessions, attendance, the ledger."""

from compliance.api import attendance, courses, ledger, providers, sessions

urls = [*providers.urls, *courses.urls, *sessions.urls, *attendance.urls, *ledger.urls]
