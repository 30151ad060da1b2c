"""What advocates do through the API, and the desks of the bar on which it lands."""

from compliance.api import (
    calendar_address,
    claim_queue,
    claims,
    corrections,
    excuses,
    export,
    objections,
    own_certificates,
    own_notices,
    preferences,
    registrations,
    transcripts,
)

urls = [
    *transcripts.urls,
    *own_certificates.urls,
    *claims.urls,
    *claim_queue.urls,
    *registrations.urls,
    *own_notices.urls,
    *objections.urls,
    *corrections.urls,
    *excuses.urls,
    *preferences.urls,
    *calendar_address.urls,
    *export.urls,
]
