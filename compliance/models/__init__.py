from compliance.models.cases import Case, CaseState, CaseStep
from compliance.models.certificates import Certificate, CertificateKind, Revocation, SerialCounter
from compliance.models.erasures import Erasure
from compliance.models.jobs import Job, JobState
from compliance.models.notices import Notice, NoticeChannel, NoticeState
from compliance.models.rulebooks import AdoptedRulebook
from compliance.models.standings import Assessed, Standing, StandingStatus
from compliance.models.sweeps import SweepRange, SweepRun

__all__ = [
    "AdoptedRulebook",
    "Assessed",
    "Case",
    "CaseState",
    "CaseStep",
    "Certificate",
    "CertificateKind",
    "Erasure",
    "Job",
    "JobState",
    "Notice",
    "NoticeChannel",
    "NoticeState",
    "Revocation",
    "SerialCounter",
    "Standing",
    "StandingStatus",
    "SweepRange",
    "SweepRun",
]
