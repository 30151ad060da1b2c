"""The addresses of the compliance office of a bar, and what it says to everybody."""

from compliance.api import cases, certificates, credentials, notices, rulebook_drafts, rulebooks, verification

urls = [
    *cases.urls,
    *credentials.urls,
    *certificates.urls,
    *notices.urls,
    *rulebooks.urls,
    *rulebook_drafts.urls,
    *verification.urls,
]
