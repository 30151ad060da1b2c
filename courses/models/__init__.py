from courses.models.accreditation import AccreditationStep
from courses.models.attendance import Attendance, AttendanceFile, AttendanceLine, Decision
from courses.models.catalogue import Category, Course, CourseState, DeliveryFormat, Provider, Segment
from courses.models.ledger import Account, Adjustment, Claim, Entry
from courses.models.returns import NilReturn
from courses.models.sessions import Registration, Session, SessionState

__all__ = [
    "Account",
    "AccreditationStep",
    "Adjustment",
    "Attendance",
    "AttendanceFile",
    "AttendanceLine",
    "Category",
    "Claim",
    "Course",
    "CourseState",
    "Decision",
    "DeliveryFormat",
    "Entry",
    "NilReturn",
    "Provider",
    "Registration",
    "Segment",
    "Session",
    "SessionState",
]
