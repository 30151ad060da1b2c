from compliance.services.certificates.bringing import Brought, Finding, examine
from compliance.services.certificates.checking import Check, check_of
from compliance.services.certificates.files import (
    ERASED,
    read_snapshot,
    render_certificate,
    signed_certificate,
    write_certificates,
)
from compliance.services.certificates.issuing import Issued, issue, issue_for_period, issue_for_session
from compliance.services.certificates.withdrawing import replace_certificate, revoke_certificate

__all__ = [
    "ERASED",
    "Brought",
    "Check",
    "Finding",
    "Issued",
    "check_of",
    "examine",
    "issue",
    "issue_for_period",
    "issue_for_session",
    "read_snapshot",
    "render_certificate",
    "replace_certificate",
    "revoke_certificate",
    "signed_certificate",
    "write_certificates",
]
