from compliance.models.asked import Correction, Objection
from compliance.models.cases import Case, CaseState, CaseStep
from compliance.models.certificates import Certificate, CertificateKind, Revocation, SerialCounter
from compliance.models.design import BarPicture, PicturePart
from compliance.models.erasures import Erasure
from compliance.models.excuses import Excuse, ExcuseOutcome
from compliance.models.feeds import CalendarFeed
from compliance.models.jobs import Job, JobState
from compliance.models.notice_events import EventKind, EventSource, NoticeEvent
from compliance.models.notices import Notice, NoticeChannel, NoticeState
from compliance.models.openings import NoticeOpening
from compliance.models.preferences import Preferences
from compliance.models.rulebooks import AdoptedRulebook
from compliance.models.standings import Assessed, Headings, MovedOn, Standing, StandingStatus
from compliance.models.sweeps import SweepRange, SweepRun
from compliance.models.wordings import NoticeWording

__all__ = [
    "AdoptedRulebook",
    "Assessed",
    "BarPicture",
    "CalendarFeed",
    "Case",
    "CaseState",
    "CaseStep",
    "Certificate",
    "CertificateKind",
    "Correction",
    "Erasure",
    "EventKind",
    "EventSource",
    "Excuse",
    "ExcuseOutcome",
    "Headings",
    "Job",
    "JobState",
    "MovedOn",
    "Notice",
    "NoticeChannel",
    "NoticeEvent",
    "NoticeOpening",
    "NoticeState",
    "NoticeWording",
    "Objection",
    "PicturePart",
    "Preferences",
    "Revocation",
    "SerialCounter",
    "Standing",
    "StandingStatus",
    "SweepRange",
    "SweepRun",
]
