from compliance.services.certificates.bringing import Brought, Finding, examine
from compliance.services.certificates.checking import Check, check_of
from compliance.services.certificates.files import (
    ERASED,
    file_name,
    read_snapshot,
    render_certificate,
    signed_certificate,
    write_certificates,
)
from compliance.services.certificates.issuing import (
    Issued,
    issue,
    issue_for_period,
    issue_for_session,
    issue_transcript,
)
from compliance.services.certificates.withdrawing import replace_certificate, revoke_certificate

__all__ = [
    "ERASED",
    "Brought",
    "Check",
    "Finding",
    "Issued",
    "check_of",
    "examine",
    "file_name",
    "issue",
    "issue_for_period",
    "issue_for_session",
    "issue_transcript",
    "read_snapshot",
    "render_certificate",
    "replace_certificate",
    "revoke_certificate",
    "signed_certificate",
    "write_certificates",
]
