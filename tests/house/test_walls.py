"""The second wall: as the web role, a query that forgot its bar finds the asker's own rows and writes no others."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from advocates.acting import BEYOND, WEB, acting, beyond_the_wall, holding
from advocates.models import Advocate, Bar, FileRead, IdempotentRequest, Role, RoleKind, StatusSpan, User
from advocates.scoping import PersonQuerySet
from cle.walls import build
from cle.walls.conditions import EVERYBODY
from cle.walls.rows import NOTHING, WALLS, Wall, wall_of
from compliance.models import Case, Certificate, Revocation, Standing
from courses.models import (
    Attendance,
    AttendanceFile,
    AttendanceLine,
    Claim,
    Course,
    Entry,
    Provider,
    Registration,
    Session,
)
from tests.compliance.rows import ruled_bar
from tests.factories import give_credit, make_attendance, make_bar, make_user
from tests.house.rows import Rows, make_rows, our_models

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
READ_BY_ALL = {Course, *(model for model in our_models() if wall_of(model).sees == EVERYBODY)}
SECRET = [model for model in our_models() if model not in READ_BY_ALL]
FOUND = [model for model in SECRET if wall_of(model) is not NOTHING]
each_model = pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
each_secret = pytest.mark.parametrize("model", SECRET, ids=lambda model: model._meta.label)

ELSEWHERE_CREDITED = "the credit of advocates of other bars who came to a session"
ELSEWHERE_CERTIFIED = "what advocates of other bars earned at a session that this bar certifies"
MADE_FIRST = "a user is made before the row that makes them one of the bar's"
PLACES = "places taken by others, and the next one in the waiting list"
BEYOND_THE_WALL = {
    "advocates/queries/roll.py: members_elsewhere": "that a name and licence are on another bar's roll, and nothing "
    "else about it",
    "advocates/services/roles.py: _account": MADE_FIRST,
    "advocates/user_admin.py: validate_unique": "whether an e-mail address is taken, by whomever",
    "advocates/user_admin.py: _is_known_elsewhere": "whether a user works or practises at another bar too",
    "advocates/user_admin.py: save_model": MADE_FIRST,
    "compliance/api/statistics.py: get": "counts of every bar, published without the small ones",
    "compliance/services/certificates/batches.py: draft_batch": ELSEWHERE_CERTIFIED,
    "compliance/services/certificates/withdrawing.py: replace_certificate": ELSEWHERE_CERTIFIED,
    "courses/queries/courses.py: has_posted_credit": ELSEWHERE_CREDITED,
    "courses/queries/roster.py: read_roster": "whether somebody who left the bar may attend as an advocate of another "
    "one",
    "courses/services/attendance_records.py: reverse_credit": ELSEWHERE_CREDITED,
    "courses/services/ledger.py: post_attendances": ELSEWHERE_CREDITED,
    "courses/services/providers.py: open_account": MADE_FIRST,
    "courses/services/sessions.py: register": PLACES,
    "courses/services/sessions.py: cancel_registration": PLACES,
}
"""Function → why it looks beyond the bar. Whoever adds one says so here and in the decision record."""


@pytest.fixture(autouse=True)
def second_wall(settings) -> None:
    settings.SECOND_WALL = True


@pytest.fixture
def national() -> Bar:
    return ruled_bar(code="KZ")


@pytest.fixture
def own(national: Bar) -> Rows:
    return make_rows(make_bar("OWNBAR", national))


@pytest.fixture
def foreign(national: Bar) -> Rows:
    return make_rows(make_bar("FOREIGNBAR", national))


def staff(bar: Bar) -> int:
    """A colleague of those who made the rows."""
    return int(make_user(bar=bar, role=RoleKind.BAR_ADMIN).pk)


def advocate(rows: Rows) -> int:
    rows[Advocate].user = make_user()
    rows[Advocate].save(update_fields=["user"])
    return int(rows[Advocate].user.pk)


def keys(model: type[Model], user: int | None) -> set[Any]:
    """What a query without any filter finds."""
    with acting("web", user=user), connection.cursor() as cursor:
        cursor.execute(f'SELECT "{model._meta.pk.column}" FROM "{model._meta.db_table}"')
        return {key for (key,) in cursor.fetchall()}


@contextmanager
def refused() -> Iterator[None]:
    said = r"row-level security|permission denied|only ever added"
    with pytest.raises(DatabaseError, match=said), transaction.atomic():
        yield


def test_requests_have_a_role_that_owns_nothing_and_nobody_else_has_it() -> None:
    def role() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return str(cursor.fetchone()[0])

    owner = role()
    with acting("web", user=1):
        assert role() == WEB
        with beyond_the_wall("to see"):
            assert role() == BEYOND
        assert role() == WEB
    for source in ("task", "command"):
        with acting(source, user=1), beyond_the_wall("changes nothing here"):  # type: ignore[arg-type]
            assert role() == owner
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner IN ('cle_web'::regrole, 'cle_beyond'::regrole)")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT bool_or(rolsuper OR rolbypassrls OR rolcanlogin) FROM pg_roles WHERE rolname LIKE 'cle_%'"
        )
        assert cursor.fetchone() == (False,)


@each_model
def test_every_table_has_its_wall(model: type[Model]) -> None:
    assert wall_of(model) != Wall(), f"cle.walls.rows does not say what {model._meta.label} lets through"
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass(%s)", [model._meta.db_table])
        assert cursor.fetchone() == (True,)


def test_no_wall_outlives_its_model() -> None:
    assert set(WALLS) <= {model._meta.label for model in our_models()}


@pytest.mark.parametrize("model", FOUND, ids=lambda model: model._meta.label)
def test_a_query_that_forgot_its_bar_finds_own_rows(own: Rows, foreign: Rows, model: type[Model]) -> None:
    found = keys(model, own[User].pk)
    assert own[model].pk in found
    assert foreign[model].pk not in found


@pytest.mark.parametrize("model", FOUND, ids=lambda model: model._meta.label)
def test_the_bar_above_finds_what_is_below(own: Rows, foreign: Rows, national: Bar, model: type[Model]) -> None:
    root = User.objects.create_superuser("root@mail.example.kz", "correct horse").pk
    for user in (staff(national), root):
        if model is not IdempotentRequest:  # an answer is for whoever asked
            assert {own[model].pk, foreign[model].pk} <= keys(model, user)


@each_secret
def test_nobody_finds_nothing(own: Rows, model: type[Model]) -> None:
    assert keys(model, None) == set()


@each_secret
def test_who_lost_their_role_or_their_access_finds_nothing(own: Rows, model: type[Model]) -> None:
    ended, shut = (make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN) for _ in range(2))
    Role.objects.filter(user=ended).update(ended_at="2026-01-01T00:00Z")
    User.objects.filter(pk=shut.pk).update(is_active=False)
    for user in (ended, shut):
        assert own[model].pk not in keys(model, user.pk)


STAFF_NAMES = {User, Role}
"""Whoever holds a role at one's own bar or above it is known by name, to the advocates too."""


@each_secret
def test_an_advocate_finds_what_is_about_them(own: Rows, foreign: Rows, model: type[Model]) -> None:
    colleague, user = make_rows(own[Bar]), advocate(own)
    found = keys(model, user)
    assert foreign[model].pk not in found
    assert colleague[model].pk not in found or model in STAFF_NAMES
    if hasattr(model, "advocate") and isinstance(model._default_manager.all(), PersonQuerySet):
        assert found == set(model._default_manager.filter(advocate=own[Advocate]).values_list("pk", flat=True))


def test_whoever_came_from_another_bar_is_known_by_name_and_by_nothing_else(own: Rows, foreign: Rows) -> None:
    guest, user = foreign[Advocate].pk, own[User].pk
    assert guest not in keys(Advocate, user)
    make_attendance(own[Session], foreign[Advocate])
    assert guest in keys(Advocate, user)
    assert keys(Advocate, user) == {guest, own[Advocate].pk}
    for model in (Entry, Standing, Case, Claim, StatusSpan):
        assert keys(model, user) == {own[model].pk}
    with acting("web", user=user):
        assert Advocate.objects.filter(pk=guest).update(phone="") == 0


def test_an_advocate_knows_no_other_advocate_s_account(own: Rows) -> None:
    colleague, user = make_rows(own[Bar]), advocate(own)
    assert advocate(colleague) not in keys(User, user)
    assert {user, own[User].pk} <= keys(User, user)


def test_a_provider_finds_the_people_of_their_own_sessions(own: Rows, foreign: Rows) -> None:
    provider = own[Provider]
    provider.account = make_user()
    provider.save(update_fields=["account"])
    elsewhere = make_rows(own[Bar])
    for model in (Attendance, Registration, AttendanceFile, AttendanceLine):
        found = keys(model, provider.account.pk)
        assert own[model].pk in found
        assert not {elsewhere[model].pk, foreign[model].pk} & found
    for model in (Advocate, Certificate, Standing, Entry):
        assert keys(model, provider.account.pk) == set()


@each_model
def test_another_bar_s_row_is_neither_changed_nor_deleted(own: Rows, foreign: Rows, model: type[Model]) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    for user in (own[User].pk, advocate(own), None):
        for change in (f'UPDATE "{table}" SET "{key}" = "{key}"', f'DELETE FROM "{table}"'):
            if model is FileRead or model._meta.db_table in build.SEEN_ONLY:  # only ever added to
                with refused(), acting("web", user=user), connection.cursor() as cursor:
                    cursor.execute(change)
                continue
            with acting("web", user=user), connection.cursor() as cursor:
                cursor.execute(f'{change} WHERE "{key}" = %s', [foreign[model].pk])
                assert cursor.rowcount == 0


@each_model
def test_no_row_is_added_for_another_bar(own: Rows, foreign: Rows, model: type[Model]) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT to_jsonb(t) FROM "{table}" t WHERE "{key}" = %s', [foreign[model].pk])
        (row,) = cursor.fetchone()
    row = json.dumps({**json.loads(row), **({"id": 10**9} if key == "id" else {})})
    for user in (own[User].pk, advocate(own), None):
        with refused(), acting("web", user=user), connection.cursor() as cursor:
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM jsonb_populate_record(NULL::"{table}", %s)', [row])


def test_no_row_is_given_to_another_bar(own: Rows, foreign: Rows) -> None:
    with refused(), acting("web", user=own[User].pk):
        Registration.objects.filter(pk=own[Registration].pk).update(bar=foreign[Bar])
    with refused(), acting("web", user=own[User].pk):
        Claim.objects.filter(pk=own[Claim].pk).update(advocate=foreign[Advocate])


def test_an_advocate_changes_their_contacts_and_not_their_bar_or_credit(own: Rows, foreign: Rows) -> None:
    me = Advocate.objects.filter(pk=own[Advocate].pk)
    with acting("web", user=advocate(own)):
        assert me.update(phone="+7 701 000 00 00") == 1
        assert Standing.objects.update(status="compliant") == 0
        assert Case.objects.update(state="closed") == 0
        with refused():
            me.update(bar=foreign[Bar])
        with refused():
            give_credit(own[Advocate], 60)


def test_two_requests_on_one_connection_do_not_mix(own: Rows, foreign: Rows) -> None:
    for _ in range(2):
        for rows, others in ((own, foreign), (foreign, own)):
            assert keys(Standing, rows[User].pk) == {rows[Standing].pk}
            assert others[Standing].pk not in keys(Standing, None)


def test_whoever_has_the_code_sees_that_certificate(own: Rows, foreign: Rows) -> None:
    paper = foreign[Certificate]
    with holding(paper.code):
        assert keys(Certificate, None) == {paper.pk}
        assert keys(Certificate, advocate(own)) == {paper.pk, own[Certificate].pk}
        assert keys(Revocation, None) == {foreign[Revocation].pk}
    with holding(""):
        assert keys(Certificate, None) == set()


def test_the_web_changes_no_table_and_no_history_of_migrations() -> None:
    for statement in (
        "TRUNCATE courses_claim CASCADE",
        "ALTER TABLE courses_claim DISABLE ROW LEVEL SECURITY",
        "DROP POLICY cle_select ON courses_claim",
        "ALTER TABLE courses_entry DISABLE TRIGGER ALL",
        "DELETE FROM django_migrations",
        "CREATE TABLE public.mine (id int)",
    ):
        with (
            pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            acting("web", user=1),
            beyond_the_wall("not even then"),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_building_twice_is_building_once() -> None:
    assert build.build_walls() is False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE courses_claim DISABLE ROW LEVEL SECURITY")
    assert build.build_walls() is True
    assert build.build_walls() is False


def test_who_may_make_no_role_is_told_what_the_administrator_has_to_do() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE cle_test_owner NOLOGIN")
        with pytest.raises(
            CommandError, match=r"CREATE ROLE cle_web NOLOGIN;.*GRANT cle_web, cle_beyond TO cle_test_owner"
        ):
            build._make_role(cursor, "cle_missing", "cle_test_owner")
        build._make_role(cursor, "cle_missing", "postgres")
        build._make_role(cursor, "cle_missing", "postgres")


def _uses() -> dict[str, str]:
    """Module and function → reason, of each place that looks beyond the wall."""
    found = {}
    for path in sorted(
        path for app in ("cle", "advocates", "courses", "compliance") for path in (ROOT / app).rglob("*.py")
    ):
        text = path.read_text(encoding="utf-8")
        for function in ast.walk(ast.parse(text)) if "beyond_the_wall" in text else ():
            if isinstance(function, ast.FunctionDef) and function.name != "beyond_the_wall":
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "beyond_the_wall":
                        assert isinstance(call.args[0], ast.Constant), "the reason is written where it is used"
                        found[f"{path.relative_to(ROOT)}: {function.name}"] = call.args[0].value
    return found


def test_who_looks_beyond_the_wall_is_listed() -> None:
    assert _uses() == BEYOND_THE_WALL
    record = (ROOT / "advocates" / "docs" / "a-second-wall-in-the-database.md").read_text(encoding="utf-8")
    assert [reason for reason in BEYOND_THE_WALL.values() if reason not in " ".join(record.split())] == []
