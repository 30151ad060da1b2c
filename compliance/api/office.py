"""The addresses of the compliance office of a bar, and what it says to everybody."""

from compliance.api import cases, certificates, notices, verification

urls = [
    *cases.urls,
    *certificates.urls,
    *notices.urls,
    *verification.urls,
]
