"""The second wall: as the web role, a query that forgot its bar finds the asker's own rows and writes no others."""

from __future__ import annotations

import ast
import copy
import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from celery import shared_task
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model

from advocates.acting import BEYOND, WEB, Actor, acting, actor, beyond_the_wall, holding
from advocates.models import (
    Advocate,
    Bar,
    FilePart,
    FileRead,
    IdempotentRequest,
    Membership,
    NameAlias,
    Role,
    RoleKind,
    RollLine,
    StatusSpan,
    User,
    Withdrawal,
)
from advocates.scoping import PersonQuerySet
from advocates.services.people import transfer
from advocates.services.reads import record_read
from advocates.services.roles import end_role, sync_office
from cle.celery import app
from cle.core.queue import enqueue
from cle.walls import build
from cle.walls.conditions import EVERYBODY
from cle.walls.rows import NOTHING, WALLS, Wall, wall_of
from compliance.cases import CaseState
from compliance.models import Case, CaseStep, Certificate, Erasure, Revocation, Standing
from compliance.queries.about import parts_about
from compliance.queries.quarterly import Quarter, rows_of
from compliance.queries.retention import due, rules
from compliance.services.cases import take_step
from compliance.services.erasing import confirm_erasure, words_about
from courses.models import (
    Attendance,
    AttendanceFile,
    AttendanceLine,
    Claim,
    ClaimStep,
    Course,
    Entry,
    Provider,
    Registration,
    Session,
)
from courses.services.attendance_review import _remember
from courses.services.scheduling import change_session
from tests.compliance.rows import ruled_bar
from tests.factories import give_credit, make_attendance, make_bar, make_user
from tests.house.rows import DAY, NOW, Rows, make_rows, our_models

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
World = tuple[Bar, Rows, Rows]
"""A national bar, and a row of everything of two bars below it."""
READ_BY_ALL = {Course, *(model for model in our_models() if wall_of(model).sees == EVERYBODY)}
SECRET = [model for model in our_models() if model not in READ_BY_ALL]
FOUND = [model for model in SECRET if wall_of(model) is not NOTHING]
each_model = pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
each_secret = pytest.mark.parametrize("model", SECRET, ids=lambda model: model._meta.label)

ELSEWHERE_CREDITED = "the credit of advocates of other bars who came to a session"
ELSEWHERE_CERTIFIED = "what advocates of other bars earned at a session that this bar certifies"
LEFT_THE_BAR = "whether somebody who left the bar may attend as an advocate of another one"
MADE_FIRST = "a user is made before the row that makes them one of the bar's"
MOVED_SINCE = "what is due to be erased of people who belong to another bar by now"
PLACES = "places taken by others, and the next one in the waiting list"
TWO_BARS = "whether a user works or practises at another bar too"
BEYOND_THE_WALL = {
    "advocates/queries/roll.py: members_elsewhere": "that a name and licence are on another bar's roll, and nothing "
    "else about it",
    "advocates/queries/accounts.py: _in_use": "whether an e-mail address is somebody else's too, or has an account, at "
    "whichever bar; not whose",
    "advocates/services/accounts.py: _opened": MADE_FIRST,
    "advocates/services/people.py: correct_move": "a move begins and ends at other bars, whose people are not the "
    "reader's",
    "advocates/services/people.py: take_back_move": "a move that did not take place ends at another bar, whose people "
    "are not the reader's",
    "advocates/services/people.py: transfer": "a move ends at another bar, whose people are not the reader's",
    "advocates/services/roles.py: _account": MADE_FIRST,
    "advocates/services/roles.py: sync_office": TWO_BARS,
    "advocates/user_admin.py: validate_unique": "whether an e-mail address is taken, by whomever",
    "advocates/user_admin.py: _is_known_elsewhere": TWO_BARS,
    "advocates/user_admin.py: save_model": MADE_FIRST,
    "cle/metrics/exposition.py: _read_work": "how much work waits in all bars together: counts and ages, of nobody",
    "compliance/api/registrations.py: found": PLACES,
    "compliance/api/registrations.py: get": PLACES,
    "compliance/api/retention.py: get": MOVED_SINCE,
    "compliance/api/retention.py: said": MOVED_SINCE,
    "compliance/api/statistics.py: get": "counts of every bar, published without the small ones",
    "compliance/queries/certificates.py: rest_on_file": "whether a certificate rests on a provider's own report",
    "compliance/queries/certificates.py: to_put_right": ELSEWHERE_CERTIFIED,
    "compliance/queries/quarterly.py: rows_of": "counts of what a bar recorded about people who belong to another one "
    "by now",
    "compliance/services/certificates/batches.py: draft_batch": ELSEWHERE_CERTIFIED,
    "compliance/services/certificates/withdrawing.py: replace_certificate": ELSEWHERE_CERTIFIED,
    "compliance/services/credentials/signing.py: status_list": "which numbers of a bar's certificates no longer stand: "
    "everybody may check, and no name is said",
    "compliance/services/erasing/__init__.py: confirm_erasure": MOVED_SINCE,
    "compliance/services/erasing/people.py: words_about": "how many rows of other bars say something about a person "
    "who is to be erased",
    "compliance/services/rulebooks.py: _look_again": "that the standings of those who moved to another bar are to be "
    "looked at again",
    "courses/queries/courses.py: has_posted_credit": ELSEWHERE_CREDITED,
    "courses/queries/records_behind.py: records_behind": "that somebody's record, at whichever bar, is not as it was; "
    "not whose",
    "courses/queries/roster.py: read_licensed": LEFT_THE_BAR,
    "compliance/views/office/advocate_history.py: outcome": "how somebody would stand who has moved, before the move "
    "is written down",
    "courses/queries/roster.py: read_names": LEFT_THE_BAR,
    "courses/queries/roster.py: read_roster": LEFT_THE_BAR,
    "courses/queries/rosters.py: postings_of": "sums of what was posted for a provider's own sessions",
    "courses/services/attendance_review.py: _forget": "the name under which somebody of another bar came to a "
    "session of this one",
    "courses/services/attendance_review.py: _remember": "the name under which somebody of another bar came to a "
    "session of this one",
    "courses/services/attendance_records.py: reverse_credit": ELSEWHERE_CREDITED,
    "courses/services/attendance_records.py: take_again": ELSEWHERE_CREDITED,
    "courses/services/attendance_returning.py: taken_from": ELSEWHERE_CREDITED,
    "courses/services/attendance_records.py: taken_by_hand": ELSEWHERE_CREDITED,
    "courses/services/ledger.py: post_attendances": ELSEWHERE_CREDITED,
    "courses/services/providers.py: open_account": MADE_FIRST,
    "compliance/services/finishing.py: _fitting": PLACES,
    "compliance/views/mail.py: mail_webhook": "notices that a provider reports on, of whichever bar",
    "compliance/views/mail.py: unsubscribe_page": "the notice in whose letter the address stands, and its advocate's "
    "wishes",
    "compliance/views/own/courses.py: found": PLACES,
    "compliance/views/own/listed.py: listed": PLACES,
    "courses/queries/places.py: next_places": PLACES,
    "courses/services/registrations.py: give_up": PLACES,
    "courses/services/sessions.py: move_up": PLACES,
    "courses/services/sessions.py: register": PLACES,
    "courses/services/sessions.py: cancel_registration": PLACES,
}
"""Function → why it looks beyond the bar. Whoever adds one says so here and in the decision record."""


@pytest.fixture(autouse=True)
def second_wall(settings) -> None:
    settings.SECOND_WALL = True


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once, in a transaction that is taken back; what a test writes is undone before the next."""
    with django_db_blocker.unblock(), transaction.atomic():
        national = ruled_bar(code="KZ")
        own, foreign = (make_rows(make_bar(code, national)) for code in ("OWNBAR", "FOREIGNBAR"))
        connection.check_constraints()  # as a commit would: none is left for later, when a table is altered
        yield national, own, foreign
        transaction.set_rollback(True)


@pytest.fixture
def world(made: World) -> World:
    """Each test's own copy, which it may change."""
    return copy.deepcopy(made)


@pytest.fixture
def national(world: World) -> Bar:
    return world[0]


@pytest.fixture
def own(world: World) -> Rows:
    return world[1]


@pytest.fixture
def foreign(world: World) -> Rows:
    return world[2]


def staff(bar: Bar) -> int:
    """A colleague of those who made the rows."""
    return int(make_user(bar=bar, role=RoleKind.BAR_ADMIN).pk)


def advocate(rows: Rows) -> int:
    rows[Advocate].user = make_user()
    rows[Advocate].save(update_fields=["user"])
    return int(rows[Advocate].user.pk)


def keys(model: type[Model], user: int | None) -> set[Any]:
    """What a query without any filter finds."""
    with acting("web", user=user):
        return keys_now(model)


def keys_now(model: type[Model]) -> set[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{model._meta.pk.column}" FROM "{model._meta.db_table}"')
        return {key for (key,) in cursor.fetchall()}


def test_names_are_found_in_open_bars_alone(own: Rows, foreign: Rows) -> None:
    asked = "SELECT cle_first_named(%(words)s, %(word)s, %(bar)s, 1), cle_named(%(words)s)"
    for bar, found in ((own[Bar], [own[Advocate].pk]), (foreign[Bar], [])):
        word = own[Advocate].search_key[:1]
        with acting("web", user=staff(own[Bar])), connection.cursor() as cursor:
            cursor.execute(asked, {"words": f"'{word}':*", "word": word, "bar": bar.pk})
            assert cursor.fetchone() == (found, [own[Advocate].pk])


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@contextmanager
def refused() -> Iterator[None]:
    said = r"row-level security|permission denied|only ever added"
    with pytest.raises(DatabaseError, match=said), transaction.atomic():
        yield


def test_requests_have_a_role_that_owns_nothing_and_nobody_else_has_it() -> None:
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
def test_another_bar_s_rows_change_no_count(own: Rows, national: Bar, model: type[Model]) -> None:
    """As staff, ``Model.objects.count()`` with no filter at all."""

    def counted() -> int:
        with acting("web", user=own[User].pk):
            return model._default_manager.count()

    before, in_all = counted(), model._default_manager.count()
    make_rows(make_bar("THIRDBAR", national))
    assert model._default_manager.count() > in_all
    assert counted() == before >= 1


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


def test_an_advocate_s_copy_of_everything_is_whole(own: Rows, foreign: Rows) -> None:
    """Also what other bars recorded, at whose sessions the advocate was, and who opened the file there."""
    person, user = own[Advocate], advocate(own)
    make_attendance(foreign[Session], person)
    record_read(foreign[User], FilePart.CERTIFICATE, person.pk)
    for line in (own[RollLine], foreign[RollLine], own[AttendanceLine], foreign[AttendanceLine]):
        type(line).objects.filter(pk=line.pk).update(advocate=person)
    Erasure.objects.create(
        bar=own[Bar], record="advocates", advocate=person, before=DAY, counted=1, confirmed_by=own[User],
        confirmed_at=NOW,
    )  # fmt: skip

    def copy() -> dict[str, set[Any]]:
        return {part.name: {row.pk for row in part.rows} for part in parts_about(person)}

    everything = copy()
    with acting("web", user=user):
        assert copy() == everything
    assert len(everything["advocates_fileread"]) == 2
    assert {name for name, rows in everything.items() if not rows} <= {"advocates_role", "advocates_token"}


@pytest.fixture
def moved(own: Rows, foreign: Rows) -> Rows:
    """The rows of somebody who belongs to another bar by now, with all that was recorded at the one before."""
    transfer(own[Advocate], foreign[Bar], dt.date(2026, 2, 1))
    own[Advocate].refresh_from_db()
    return own


def test_a_file_follows_its_advocate_and_names_who_decided_before(moved: Rows, foreign: Rows) -> None:
    before = moved[User].pk
    for user in (advocate(moved), foreign[User].pk):
        assert before in keys(User, user)
        with acting("web", user=user):
            assert ClaimStep.objects.select_related("by").get(pk=moved[ClaimStep].pk).by.name == moved[User].name
    case = Case.objects.get(pk=moved[Case].pk)
    with acting("web", user=foreign[User].pk):
        officer = User.objects.get(pk=foreign[User].pk)
        take_step(case, CaseState.EXCUSED, by=officer, now=NOW, today=DAY, reason="ill", document="No. 1")
    with refused(), acting("web", user=advocate(moved)):
        CaseStep.objects.create(case=case, bar=moved[Bar], to_state=CaseState.CLOSED, at=NOW)


def test_what_a_bar_counts_is_the_same_behind_the_wall(moved: Rows) -> None:
    bar, today = moved[Bar], dt.date(2040, 1, 1)

    def counted() -> list[Any]:
        quarters = [Quarter(year, number, "Asia/Almaty") for year in (2025, 2026) for number in (1, 2, 3, 4)]
        return [rows_of([bar.pk], quarter) for quarter in quarters]

    everything, words = counted(), words_about(moved[Advocate])
    assert any(row[bar.pk]["cases_opened"] for row in everything)
    Membership.objects.filter(advocate=moved[Advocate], period__upper_inf=True).update(
        period=DateRange(dt.date(2026, 2, 1), dt.date(2026, 3, 1))
    )
    Withdrawal.objects.update(answered_at=NOW, answered_by=moved[User], answer="stopped")
    consents = due("consents", bar, rules()["consents"].before(today)).count()
    assert consents
    with acting("web", user=staff(bar)):
        assert counted() == everything
        confirm_erasure(bar, "consents", consents, by=moved[User], today=today, now=NOW)
    with acting("web", user=staff(moved[Advocate].bar)):
        assert words_about(moved[Advocate]) == words


def test_whoever_opens_a_visitor_s_file_is_written_down(own: Rows, foreign: Rows) -> None:
    visitor = foreign[Advocate]
    with refused(), acting("web", user=own[User].pk):
        FileRead.objects.create(
            bar=visitor.bar, advocate=visitor, reader=own[User], part=FilePart.PERSON, hour=NOW, at=NOW
        )
    make_attendance(own[Session], visitor)
    with acting("web", user=own[User].pk):
        record_read(own[User], FilePart.CERTIFICATE, visitor.pk)
    assert FileRead.objects.filter(advocate=visitor, reader=own[User]).count() == 1
    with refused(), acting("web", user=own[User].pk):
        FileRead.objects.create(
            bar=visitor.bar, advocate=visitor, reader=foreign[User], part=FilePart.CLAIM, hour=NOW, at=NOW
        )


def test_a_role_that_ends_here_leaves_the_office_open_elsewhere(own: Rows, foreign: Rows) -> None:
    person = make_user(bar=own[Bar])
    elsewhere = Role.objects.create(user=person, bar=foreign[Bar], kind=RoleKind.REVIEWER)
    sync_office(person)
    admin = make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN)
    with acting("web", user=admin.pk):
        end_role(person.roles.get(bar=own[Bar]), by=admin, now=NOW)
    person.refresh_from_db()
    assert person.is_staff
    Role.objects.filter(pk=elsewhere.pk).update(ended_at=NOW)
    with acting("web", user=admin.pk):
        sync_office(person)
    person.refresh_from_db()
    assert not person.is_staff


def test_more_places_move_up_who_waits_whoever_plans_the_session(own: Rows) -> None:
    provider, session = own[Provider], own[Session]
    provider.account = make_user()
    provider.save(update_fields=["account"])
    Session.objects.filter(pk=session.pk).update(capacity=1)
    waiting = Registration.objects.create(
        bar=own[Bar], session=session, advocate=make_rows(own[Bar])[Advocate], state="waiting", asked_at=NOW
    )
    with acting("web", user=provider.account.pk):
        change_session(session, {"capacity": 2}, now=session.starts_at - dt.timedelta(days=1))
    waiting.refresh_from_db()
    assert waiting.state == "registered"


def test_a_name_of_another_bar_s_advocate_is_remembered(own: Rows, foreign: Rows) -> None:
    guest = foreign[Advocate]
    transfer(guest, own[Bar], dt.date(2024, 6, 1))
    transfer(guest, foreign[Bar], dt.date(2025, 6, 1))
    line = own[AttendanceLine]
    AttendanceLine.objects.filter(pk=line.pk).update(label="Gulnar Adilova")
    line.refresh_from_db()
    with acting("web", user=own[User].pk):
        assert _remember(line, guest, by=own[User], now=NOW) is None
    assert NameAlias.objects.filter(advocate=guest, revoked_at=None, decided_by=own[User]).exists()


def test_a_task_in_the_calling_process_owns_the_tables_and_leaves_the_request_its_role(
    own: Rows, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """Without Redis tasks run where they are asked for: in the middle of a request."""
    monkeypatch.setattr(app.conf, "task_always_eager", True)
    owner = role()
    seen.clear()
    with acting("web", user=own[User].pk):
        with django_capture_on_commit_callbacks(execute=True):
            enqueue(look)
        assert role() == WEB
        with pytest.raises(ZeroDivisionError):
            fall.apply_async()
        assert role() == WEB
        assert keys_now(Standing) == {own[Standing].pk}
    assert seen == [(owner, own[User].pk)]


seen: list[tuple[str, int | None]] = []


@shared_task
def look() -> None:
    seen.append((role(), actor().user))


@shared_task
def fall() -> None:
    raise ZeroDivisionError


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


def test_without_the_roles_nobody_is_served_and_it_is_said_why(caplog: pytest.LogCaptureFixture) -> None:
    nobody_made_it = Actor(source="web", role="cle_missing")
    with (
        pytest.raises(ImproperlyConfigured, match=r"act as cle_missing\. Run `manage\.py migrate`"),
        transaction.atomic(),
    ):
        connection._tell(nobody_made_it)
    assert "Run `manage.py migrate`" in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM advocates_bar")


def _uses() -> dict[str, str]:
    """Module and function → reason, of each place that looks beyond the wall."""
    found = {}
    for path in sorted(
        path for part in ("cle", "advocates", "courses", "compliance") for path in (ROOT / part).rglob("*.py")
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
