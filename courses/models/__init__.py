from courses.models.attendance import Attendance, AttendanceFile, AttendanceLine, Decision
from courses.models.catalogue import Category, Course, DeliveryFormat, Provider, Segment
from courses.models.ledger import Account, Adjustment, Claim, Entry
from courses.models.sessions import Registration, Session, SessionState

__all__ = [
    "Account",
    "Adjustment",
    "Attendance",
    "AttendanceFile",
    "AttendanceLine",
    "Category",
    "Claim",
    "Course",
    "Decision",
    "DeliveryFormat",
    "Entry",
    "Provider",
    "Registration",
    "Segment",
    "Session",
    "SessionState",
]
