"""What each table lets the web role see and write. A table that is not known lets nothing through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.apps import apps
from django.db.models import Model

from advocates.scoping import BarQuerySet, PersonQuerySet
from cle.walls.conditions import (
    AN_ACCOUNT_S,
    EVERYBODY,
    GUEST,
    HAS_READ_MY_FILE,
    KNOWN,
    ME,
    NEAR,
    OF_ITS_CASES,
    OF_ITS_PEOPLE,
    OF_ONESELF,
    OF_THE_BAR,
    OPEN,
    READ_BY_ME,
    SHOWN,
    TAUGHT,
    any_of,
)

OURS: Final = ("advocates", "courses", "compliance")


@dataclass(frozen=True)
class Wall:
    """Conditions: of rows that may be written and seen, of rows that may be seen only, and that may be changed only."""

    writes: str = ""
    sees: str = ""
    changes: str = ""


A_BAR_S: Final = Wall(OF_THE_BAR)
A_PERSON_S: Final = Wall(OF_ITS_PEOPLE, sees=OF_ONESELF)
A_PERSON_S_OWN: Final = Wall(any_of(OF_ITS_PEOPLE, OF_ONESELF))
"""What advocates write themselves."""
PUBLIC: Final = Wall(OF_THE_BAR, sees=EVERYBODY)
"""A bar's own, and no secret: what it is called, what it teaches, by which rules."""
NOTHING: Final = Wall("false")
OF_THE_PROVIDER: Final = Wall(
    any_of(
        OF_THE_BAR, "(SELECT cle_provider()) = (SELECT x.provider_id FROM courses_course x WHERE x.id = {t}.course_id)"
    )
)
"""What belongs to a course: its bar's, and its provider's."""
FILES: Final = Wall(any_of(OF_THE_BAR, TAUGHT))


def _a_user_with(table: str, column: str, bars: str) -> str:
    """A user who has a row of that table at one of these bars."""
    return f"EXISTS (SELECT FROM {table} x WHERE x.{column} = {{t}}.id AND x.bar_id = ANY ({bars}))"


_USERS: Final = any_of(
    f"{{t}}.id = {ME}",
    _a_user_with("advocates_role", "user_id", OPEN),
    _a_user_with("advocates_advocate", "user_id", OPEN),
    _a_user_with("courses_provider", "account_id", OPEN),
)

WALLS: Final[Mapping[str, Wall]] = {
    "advocates.Bar": Wall(f"{{t}}.id = ANY ({OPEN})", sees=EVERYBODY),
    "advocates.Unit": PUBLIC,
    # The names of the staff of one's own bar, of those above, of those where one's people were before and of the
    # installation stand under what they did, and those of whoever has opened one's own file.
    "advocates.User": Wall(
        _USERS,
        sees=any_of(
            _a_user_with("advocates_role", "user_id", KNOWN),
            _a_user_with("advocates_token", "user_id", OPEN),
            f"{{t}}.is_superuser AND {ME} IS NOT NULL",
            HAS_READ_MY_FILE,
        ),
    ),
    "advocates.Role": Wall(OF_THE_BAR, sees=any_of(f"{{t}}.user_id = {ME}", f"{{t}}.bar_id = ANY ({KNOWN})")),
    "advocates.Advocate": Wall(
        OF_THE_BAR,
        sees=any_of(f"{{t}}.user_id = {ME}", GUEST),
        # One's own contacts and language, and never another bar.
        changes=f"{{t}}.user_id = {ME} AND {{t}}.bar_id = (SELECT cle_advocates_bar())",
    ),
    "advocates.Membership": Wall(OF_THE_BAR, sees=any_of(OF_ONESELF, OF_ITS_PEOPLE)),
    "advocates.Change": Wall(sees=any_of(OF_THE_BAR, OF_ITS_PEOPLE, OF_ONESELF, AN_ACCOUNT_S)),
    "advocates.AuditSeal": NOTHING,
    "advocates.Operator": PUBLIC,
    "advocates.FileRead": Wall(any_of(OF_ITS_PEOPLE, READ_BY_ME), sees=OF_ONESELF),
    # Of a bar, and part of the copy of everything that its person may have.
    "advocates.NameAlias": Wall(OF_THE_BAR, sees=OF_ONESELF),
    "advocates.RollLine": Wall(OF_THE_BAR, sees=OF_ONESELF),
    "advocates.Consent": A_PERSON_S_OWN,
    "advocates.Withdrawal": A_PERSON_S_OWN,
    "advocates.Token": Wall(any_of(OF_THE_BAR, f"{{t}}.user_id = {ME}")),
    "advocates.IdempotentRequest": Wall(f"{{t}}.user_id = {ME}"),
    "courses.Category": PUBLIC,
    "courses.Provider": PUBLIC,
    # What is accredited is in the catalogue; drafts, and what was refused, are the bar's and the provider's.
    "courses.Course": Wall(
        any_of(OF_THE_BAR, "{t}.provider_id = (SELECT cle_provider())"), sees="{t}.state IN ('approved', 'withdrawn')"
    ),
    "courses.AccreditationStep": OF_THE_PROVIDER,
    "courses.Segment": Wall(OF_THE_PROVIDER.writes, sees=EVERYBODY),
    "courses.Session": Wall(OF_THE_PROVIDER.writes, sees=EVERYBODY),
    "courses.Registration": Wall(any_of(OF_THE_BAR, OF_ONESELF), sees=any_of(OF_ITS_PEOPLE, TAUGHT)),
    "courses.Teaching": Wall(OF_THE_BAR, sees=any_of(OF_ITS_PEOPLE, OF_ONESELF)),
    "courses.PresenceMark": Wall(any_of(OF_THE_BAR, OF_ONESELF), sees=OF_ITS_PEOPLE),
    "courses.Attendance": Wall(any_of(OF_THE_BAR, TAUGHT), sees=any_of(OF_ITS_PEOPLE, OF_ONESELF)),
    # That none of a provider's sessions was held names no session.
    "courses.NilReturn": Wall(any_of(OF_THE_BAR, "{t}.provider_id = (SELECT cle_provider())")),
    "courses.AttendanceFile": FILES,
    "courses.AttendanceLine": Wall(FILES.writes, sees=OF_ONESELF),
    "courses.Claim": A_PERSON_S_OWN,
    "courses.ClaimStep": A_PERSON_S_OWN,
    "courses.Evidence": A_PERSON_S_OWN,
    "compliance.Objection": A_PERSON_S_OWN,
    "compliance.Correction": A_PERSON_S_OWN,
    "compliance.Excuse": A_PERSON_S_OWN,
    "compliance.CalendarFeed": A_PERSON_S_OWN,
    "compliance.NoticeOpening": A_PERSON_S_OWN,
    "compliance.Preferences": A_PERSON_S_OWN,
    "compliance.AdoptedRulebook": PUBLIC,
    "compliance.Headings": PUBLIC,
    # Whichever bar opened the case: it follows the advocate.
    "compliance.CaseStep": Wall(
        any_of(OF_THE_BAR, OF_ITS_CASES), sees="EXISTS (SELECT FROM compliance_case seen WHERE seen.id = {t}.case_id)"
    ),
    # Printed on what anybody may check.
    "compliance.BarPicture": PUBLIC,
    "compliance.NoticeWording": PUBLIC,
    # Of its people, and those that it issued to others.
    "compliance.Certificate": Wall(
        any_of(OF_ITS_PEOPLE, OF_THE_BAR), sees=any_of(OF_ONESELF, f"{{t}}.id = ANY ({SHOWN})")
    ),
    "compliance.Revocation": Wall(
        OF_THE_BAR, sees="EXISTS (SELECT FROM compliance_certificate seen WHERE seen.id = {t}.certificate_id)"
    ),
    # A sweep of a bar above goes over the bars below, which see how far it is.
    "compliance.SweepRun": Wall(OF_THE_BAR, sees=f"{{t}}.bar_id = ANY ({NEAR}) AND {OPEN} <> '{{{{}}}}'"),
    "compliance.SweepRange": Wall(OF_THE_BAR, sees=f"{{t}}.bar_id = ANY ({NEAR}) AND {OPEN} <> '{{{{}}}}'"),
    "compliance.Erasure": Wall(OF_THE_BAR, sees=OF_ONESELF),
    "compliance.Job": Wall(any_of(OF_THE_BAR, f"{{t}}.asked_by_id = {ME}")),
}
"""Tables that are not simply a bar's, or simply about its people, as their querysets say."""


def our_models() -> list[type[Model]]:
    return [model for app in OURS for model in apps.get_app_config(app).get_models()]


def wall_of(model: type[Model]) -> Wall:
    if wall := WALLS.get(model._meta.label):
        return wall
    rows = model._default_manager.all()
    if isinstance(rows, PersonQuerySet):
        return A_PERSON_S
    return A_BAR_S if isinstance(rows, BarQuerySet) else Wall()
