from courses.models.accreditation import AccreditationStep
from courses.models.attendance import Attendance, AttendanceFile, AttendanceLine, Decision
from courses.models.catalogue import Category, CertifiedAs, Course, CourseState, DeliveryFormat, Provider, Segment
from courses.models.claims import Claim, ClaimState, ClaimStep
from courses.models.evidence import Evidence
from courses.models.ledger import MOST_MINUTES, Account, Adjustment, Entry
from courses.models.presence import PresenceMark
from courses.models.returns import NilReturn
from courses.models.sessions import Registration, RegistrationState, Session, SessionState
from courses.models.teaching import Teaching

__all__ = [
    "MOST_MINUTES",
    "Account",
    "AccreditationStep",
    "Adjustment",
    "Attendance",
    "AttendanceFile",
    "AttendanceLine",
    "Category",
    "CertifiedAs",
    "Claim",
    "ClaimState",
    "ClaimStep",
    "Course",
    "CourseState",
    "Decision",
    "DeliveryFormat",
    "Entry",
    "Evidence",
    "NilReturn",
    "PresenceMark",
    "Provider",
    "Registration",
    "RegistrationState",
    "Segment",
    "Session",
    "SessionState",
    "Teaching",
]
