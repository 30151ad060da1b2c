from advocates.models.audit import AuditSeal, Change
from advocates.models.bars import Bar, Language, Unit
from advocates.models.history import ENDED, Membership, Status, StatusSpan
from advocates.models.imports import ImportFile, ImportLine, ImportState, Outcome, RollFile, RollLine
from advocates.models.people import Advocate, NameAlias, PracticeForm
from advocates.models.privacy import Consent, Given, Operator, Withdrawal
from advocates.models.reads import FilePart, FileRead
from advocates.models.requests import IdempotentRequest
from advocates.models.tokens import Token
from advocates.models.users import Role, RoleKind, User

__all__ = [
    "ENDED",
    "Advocate",
    "AuditSeal",
    "Bar",
    "Change",
    "Consent",
    "FilePart",
    "FileRead",
    "Given",
    "IdempotentRequest",
    "ImportFile",
    "ImportLine",
    "ImportState",
    "Language",
    "Membership",
    "NameAlias",
    "Operator",
    "Outcome",
    "PracticeForm",
    "Role",
    "RoleKind",
    "RollFile",
    "RollLine",
    "Status",
    "StatusSpan",
    "Token",
    "Unit",
    "User",
    "Withdrawal",
]
