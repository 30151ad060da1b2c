"""What staff do from the admin site's lists: vouch for attendance, hand over letters, give roles."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from advocates.models import Advocate, Bar, Role, RoleKind, Token, Unit, User
from cle.admin_menu import MENU, dashboard
from compliance.models import CaseStep, Notice, Standing
from courses.models import Course, Entry, Provider, Session
from tests.compliance.test_sweep import until_somebody_waits
from tests.factories import (
    make_advocate,
    make_attendance,
    make_bar,
    make_course,
    make_national,
    make_session,
    make_user,
)
from tests.house.rows import Rows, digest, make_rows

pytestmark = pytest.mark.django_db
SESSIONS = "/admin/courses/session/"
NOTICES = "/admin/compliance/notice/"
ADD_ROLE = "/admin/advocates/role/add/"


@pytest.fixture
def bars() -> tuple[Bar, Bar]:
    national = make_national()
    return make_bar(parent=national), make_bar(parent=national)


@pytest.fixture
def own(bars: tuple[Bar, Bar]) -> Rows:
    return make_rows(bars[0])


@pytest.fixture
def foreign(bars: tuple[Bar, Bar]) -> Rows:
    return make_rows(bars[1])


def _held_session(bar: Bar, people: int) -> Session:
    session = make_session(make_course(bar))
    for _ in range(people):
        make_attendance(session, make_advocate(bar))
    return session


def _confirm(client: Client, *sessions: Session, **more: Any) -> Any:
    chosen = {"action": "confirm_attendance", "_selected_action": [session.pk for session in sessions]}
    return client.post(SESSIONS, {**chosen, **more}, follow=True)


def _said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_confirming_asks_first_and_names_the_count(client: Client, bars: tuple[Bar, Bar]) -> None:
    session = _held_session(bars[0], people=3)
    client.force_login(make_user(bar=bars[0], role=RoleKind.COURSE_MANAGER))
    before = digest()
    response = _confirm(client, session)
    assert "3 attendances will be posted" in response.content.decode()
    assert digest() == before


def test_confirming_posts_the_credit_once(client: Client, bars: tuple[Bar, Bar]) -> None:
    session = _held_session(bars[0], people=3)
    client.force_login(make_user(bar=bars[0], role=RoleKind.COURSE_MANAGER))
    assert "3 entries posted" in _said(_confirm(client, session, confirmed=""))
    assert "0 entries posted" in _said(_confirm(client, session, confirmed=""))
    assert Entry.objects.filter(attendance__session=session).count() == 3
    session.refresh_from_db()
    assert (session.state, session.confirmed_by) == ("confirmed", User.objects.get(roles__bar=bars[0]))


def test_a_session_yet_to_come_says_why_it_is_left(client: Client, bars: tuple[Bar, Bar]) -> None:
    coming = make_session(make_course(bars[0]), dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    client.force_login(make_user(bar=bars[0], role=RoleKind.COURSE_MANAGER))
    assert "once it has been held" in _said(_confirm(client, coming, confirmed=""))
    coming.refresh_from_db()
    assert coming.state == "planned"


@pytest.mark.parametrize("role", [RoleKind.AUDITOR, RoleKind.REVIEWER])
def test_who_does_not_vouch_is_not_asked(client: Client, bars: tuple[Bar, Bar], role: RoleKind) -> None:
    session = _held_session(bars[0], people=1)
    client.force_login(make_user(bar=bars[0], role=role))
    before = digest()
    _confirm(client, session, confirmed="")
    assert digest() == before


def test_a_foreign_session_is_not_confirmed(client: Client, own: Rows, foreign: Rows) -> None:
    client.force_login(make_user(bar=own[Bar], role=RoleKind.COURSE_MANAGER))
    before = digest()
    _confirm(client, foreign[Session], confirmed="")
    assert digest() == before


def test_a_confirmed_session_is_no_longer_edited(client: Client, own: Rows) -> None:
    client.force_login(make_user(bar=own[Bar], role=RoleKind.COURSE_MANAGER))
    _confirm(client, own[Session], confirmed="")
    assert client.post(f"{SESSIONS}{own[Session].pk}/change/", {"place": "elsewhere"}).status_code == 403
    course = own[Session].course
    page = client.get(f"/admin/courses/course/{course.pk}/change/")
    agenda = page.context["inline_admin_formsets"][0]
    assert (agenda.has_add_permission, agenda.has_change_permission) == (False, False)


@pytest.mark.parametrize(
    ("text", "state"), [("written", "printed"), ("", "to_print")], ids=["written", "not written yet"]
)
def test_letters_are_marked_once_they_have_been_written(client: Client, own: Rows, text: str, state: str) -> None:
    letter = own[Notice]
    Notice.objects.filter(pk=letter.pk).update(text=text)
    officer = make_user(bar=own[Bar], role=RoleKind.COMPLIANCE_OFFICER)
    client.force_login(officer)
    client.post(NOTICES, {"action": "mark_handed_over", "_selected_action": letter.pk})
    letter.refresh_from_db()
    assert letter.state == state
    assert letter.handed_over_by == (officer if state == "printed" else None)


def test_foreign_letters_are_not_marked(client: Client, own: Rows, foreign: Rows) -> None:
    Notice.objects.update(text="written")
    client.force_login(make_user(bar=own[Bar], role=RoleKind.COMPLIANCE_OFFICER))
    before = digest()
    client.post(NOTICES, {"action": "mark_handed_over", "_selected_action": foreign[Notice].pk})
    assert digest() == before


NEW_USER = {"email": "New@Mail.example.kz", "name": "Жаңа", "language": "kk", "password1": "long and odd 7",
            "password2": "long and odd 7", "roles-INITIAL_FORMS": 0}  # fmt: skip


def _role(bar: Bar) -> dict[str, Any]:
    return {"roles-TOTAL_FORMS": 1, "roles-0-bar": bar.pk, "roles-0-kind": "reviewer"}


def test_an_administrator_makes_a_colleague(client: Client, own: Rows) -> None:
    client.force_login(make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN))
    response = client.post("/admin/advocates/user/add/", {**NEW_USER, **_role(own[Bar])})
    assert response.status_code == 302, response.context["errors"]
    made = User.objects.get(email="new@mail.example.kz")
    assert (made.is_staff, made.is_superuser, made.roles.get().bar) == (True, False, own[Bar])


@pytest.mark.parametrize("roles", ["none", "foreign"])
def test_a_colleague_of_no_own_bar_is_not_made(client: Client, own: Rows, foreign: Rows, roles: str) -> None:
    client.force_login(make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN))
    before = digest()
    given = _role(foreign[Bar]) if roles == "foreign" else {"roles-TOTAL_FORMS": 0}
    assert client.post("/admin/advocates/user/add/", {**NEW_USER, **given}).status_code == 200
    assert digest() == before


def test_nobody_is_made_a_superuser_by_an_administrator(client: Client, own: Rows) -> None:
    client.force_login(make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN))
    data = {"email": own[User].email, "language": "kk", "is_active": "on", "is_superuser": "on", "is_staff": "on",
            "roles-TOTAL_FORMS": 0, "roles-INITIAL_FORMS": 0}  # fmt: skip
    response = client.post(f"/admin/advocates/user/{own[User].pk}/change/", data)
    assert response.status_code == 302, response.context["errors"]
    own[User].refresh_from_db()
    assert not own[User].is_superuser


@pytest.mark.parametrize("there", ["works", "teaches"])
@pytest.mark.parametrize("page", ["change/", "password/"])
def test_who_works_elsewhere_too_is_out_of_an_administrators_hands(
    client: Client, own: Rows, foreign: Rows, page: str, there: str
) -> None:
    both = own[User]
    if there == "works":
        Role.objects.create(user=both, bar=foreign[Bar], kind=RoleKind.BAR_ADMIN)
    else:
        Provider.objects.filter(pk=foreign[Provider].pk).update(account=both)
    client.force_login(make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN))
    before = digest()
    data = {"email": "mine@mail.example.kz", "password1": "long and odd 7", "password2": "long and odd 7"}
    assert client.post(f"/admin/advocates/user/{both.pk}/{page}", data).status_code == 403
    assert digest() == before


GIVEN = dt.datetime(2025, 6, 1, 10, 0, tzinfo=dt.UTC)


def test_who_loses_the_last_role_loses_the_office(client: Client, own: Rows) -> None:
    client.force_login(make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN))
    Role.objects.filter(pk=own[Role].pk).update(given_at=GIVEN)
    data = {"ended_at_0": "2026-01-01", "ended_at_1": "10:00"}
    url = reverse("admin:advocates_role_change", args=[own[Role].pk])
    assert client.post(url, data).status_code == 302
    own[User].refresh_from_db()
    assert not own[User].is_staff


def test_a_role_ends_on_no_day_to_come_and_only_once(client: Client, own: Rows) -> None:
    """A role that has an end, whichever, opens nothing; and who has it anew would have it twice."""
    client.force_login(make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN))
    role, url = own[Role], reverse("admin:advocates_role_change", args=[own[Role].pk])
    Role.objects.filter(pk=role.pk).update(given_at=GIVEN)
    answer = client.post(url, {"ended_at_0": "2199-12-31", "ended_at_1": "18:00"})
    assert "cannot lie in the future" in answer.content.decode()
    assert Role.objects.get(pk=role.pk).ended_at is None
    client.post(url, {"ended_at_0": "2026-01-01", "ended_at_1": "10:00"})
    Role.objects.create(user=role.user, bar=role.bar, kind=role.kind, unit=role.unit)
    assert client.post(url, {"ended_at_0": "", "ended_at_1": ""}).status_code == 302
    assert Role.objects.get(pk=role.pk).ended_at is not None


def test_a_role_does_not_end_before_it_was_given(client: Client, own: Rows) -> None:
    client.force_login(make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN))
    role, times = own[Role], {"ended_at_0": "2025-05-31", "ended_at_1": "10:00"}
    Role.objects.filter(pk=role.pk).update(given_at=GIVEN)
    new = {"user": make_user(bar=own[Bar]).pk, "bar": own[Bar].pk, "kind": "auditor", "unit": ""}
    with translation.override("en"):
        for url, sent in ((reverse("admin:advocates_role_change", args=[role.pk]), {}), (ADD_ROLE, new)):
            assert "does not end before it was given" in client.post(url, {**sent, **times}).content.decode()
    role.refresh_from_db()
    assert role.ended_at is None
    assert not Role.objects.filter(kind="auditor").exists()


@pytest.mark.parametrize(("second", "said"), [("reviewer", "This role is given twice here."), ("auditor", None)])
def test_a_role_is_given_once_in_one_form(client: Client, own: Rows, second: str, said: str | None) -> None:
    client.force_login(make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN))
    two = {**_role(own[Bar]), "roles-TOTAL_FORMS": 2, "roles-1-bar": own[Bar].pk, "roles-1-kind": second}
    with translation.override("en"):
        answer = client.post("/admin/advocates/user/add/", {**NEW_USER, **two})
    assert said is None or said in answer.content.decode()
    made = Role.objects.filter(user__email="new@mail.example.kz")
    assert [role.kind for role in made.order_by("pk")] == ([] if said else ["reviewer", "auditor"])


def test_a_role_that_somebody_has_is_not_given_again(client: Client, own: Rows) -> None:
    client.force_login(make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN))
    person = make_user(bar=own[Bar], role=RoleKind.REVIEWER)
    page = reverse("admin:advocates_user_change", args=[person.pk])
    more = {"roles-TOTAL_FORMS": 1, "roles-INITIAL_FORMS": 0, "roles-0-bar": own[Bar].pk, "roles-0-kind": "reviewer"}
    with translation.override("en"):
        answer = client.post(page, {"email": person.email, "language": "kk", "is_active": "on", **more})
    assert "on record already" in answer.content.decode()
    assert person.roles.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("on_the_page_of", ["role", "user"])
def test_two_who_give_the_same_role_at_once_give_it_once(client: Client, on_the_page_of: str) -> None:
    bar = make_bar()
    client.force_login(make_user(bar=bar, role=RoleKind.BAR_ADMIN))
    person = make_user(bar=bar, role=RoleKind.AUDITOR)
    given = Event()

    def first() -> bool:
        try:
            with transaction.atomic():
                Role.objects.create(user=person, bar=bar, kind="reviewer")
                given.set()
                return until_somebody_waits()
        finally:
            connection.close()

    inline = {"roles-TOTAL_FORMS": 1, "roles-INITIAL_FORMS": 0, "roles-0-bar": bar.pk, "roles-0-kind": "reviewer"}
    url, sent = {
        "role": (ADD_ROLE, {"user": person.pk, "bar": bar.pk, "kind": "reviewer", "unit": ""}),
        "user": (
            reverse("admin:advocates_user_change", args=[person.pk]),
            {"email": person.email, "language": "kk", "is_active": "on", **inline},
        ),
    }[on_the_page_of]
    with translation.override("en"), ThreadPoolExecutor() as pool:
        other = pool.submit(first)
        assert given.wait(20)
        answer = client.post(url, sent, follow=True, headers={"accept-language": "en"})
        assert other.result()
    assert "somebody else has given this role" in answer.content.decode()
    assert person.roles.count() == 2


def test_contacts_are_changed_and_names_are_not(client: Client, own: Rows) -> None:
    person = own[Advocate]
    client.force_login(make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN))
    url = reverse("admin:advocates_advocate_change", args=[person.pk])
    forms = {formset.formset.prefix for formset in client.get(url).context["inline_admin_formsets"]}
    management = {f"{prefix}-{key}_FORMS": 0 for prefix in forms for key in ("TOTAL", "INITIAL")}
    data = {**management, "email": "g@mail.example.kz", "full_name": "Somebody Else", "bar": make_bar().pk}
    assert client.post(url, data).status_code == 302
    kept = (person.full_name, person.bar_id)
    person.refresh_from_db()
    assert (person.email, person.full_name, person.bar_id) == ("g@mail.example.kz", *kept)


@pytest.mark.parametrize(
    "typed", ["Әділова", "адилова", "ГУЛНАР"], ids=["as written", "in Russian letters", "capitals"]
)
def test_people_are_found_by_name_in_any_spelling(client: Client, own: Rows, typed: str) -> None:
    make_advocate(own[Bar], "Сидоров Пётр")
    client.force_login(make_user(bar=own[Bar]))
    found = client.get("/admin/advocates/advocate/", {"q": typed}).context["cl"].queryset
    assert [row.pk for row in found] == [own[Advocate].pk]


def test_people_are_listed_in_kazakh_order(client: Client, bars: tuple[Bar, Bar]) -> None:
    for name in ("Ягода Ия", "Әбенова Ая", "Борисов Ян", "Абаев Ян", "Қасым Ая", "Лим Ян"):
        make_advocate(bars[0], name)
    client.force_login(make_user(bar=bars[0]))
    listed = [row.family_name for row in client.get("/admin/advocates/advocate/").context["cl"].queryset]
    assert listed == ["Абаев", "Әбенова", "Борисов", "Қасым", "Лим", "Ягода"]


@pytest.mark.parametrize(
    ("path", "query"),
    [("advocates/advocate", "email=yes"), ("courses/attendanceline", "review=yes"),
     ("compliance/notice", "letters=yes"),
     ("compliance/standing", "missing=yes"), ("courses/session", "attendance=yes"),
     ("advocates/advocate", "status=active"), ("compliance/certificate", "revoked=yes")],
)  # fmt: skip
def test_the_filters_find_what_waits_and_nothing_else(client: Client, own: Rows, path: str, query: str) -> None:
    client.force_login(make_user(bar=own[Bar]))
    make_session(make_course(own[Bar]), dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    found = client.get(f"/admin/{path}/?{query}").context["cl"].queryset
    assert list(found) == [own[found.model]]


def test_the_page_of_an_advocate_shows_standing_status_and_credit(client: Client, own: Rows) -> None:
    client.force_login(make_user(bar=own[Bar]))
    page = client.get(reverse("admin:advocates_advocate_change", args=[own[Advocate].pk]))
    shown = {formset.opts.model._meta.object_name: formset for formset in page.context["inline_admin_formsets"]}
    assert {"Standing", "StatusSpan", "Membership", "Entry"} <= set(shown)
    assert [len(shown[name].formset.forms) for name in ("Standing", "Entry")] == [1, 1]


def test_a_standing_shows_its_requirements_as_a_table(client: Client, own: Rows) -> None:
    client.force_login(make_user(bar=own[Bar]))
    text = client.get(reverse("admin:compliance_standing_change", args=[own[Standing].pk])).content.decode()
    assert text.count('<th scope="col"') == 5
    assert "4.1" in text


def test_a_case_shows_its_steps(client: Client, own: Rows) -> None:
    client.force_login(make_user(bar=own[Bar]))
    step: CaseStep = own[CaseStep]
    page = client.get(reverse("admin:compliance_case_change", args=[step.case_id]))
    assert step.reason in page.content.decode()


def test_the_first_page_counts_own_queues_only(own: Rows, foreign: Rows) -> None:
    request = RequestFactory().get("/admin/")
    request.user = make_user(bar=own[Bar])
    cards = dashboard(request, {})["waiting"]
    assert {str(card["title"]): card["count"] for card in cards} == {
        "sessions to confirm": 1, "names to review": 1, "claims to decide": 0, "letters to print": 1,
        "open cases": 1, "advocates who are short": 1, "advocates without e-mail": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        (RoleKind.BAR_ADMIN, set()),
        (RoleKind.UNIT_HEAD, None),
        (
            RoleKind.REVIEWER,
            {
                "Personal data",
                "Users",
                "Roles",
                "Tokens",
                "Attendance imports",
                "Names to review",
                "Credit ledger",
                "Standings",
                "Cases",
                "Sweeps",
                "Certificates",
                "Notices",
            },
        ),
        (None, None),
    ],
)
def test_the_menu_shows_what_may_be_opened(bars: tuple[Bar, Bar], role: RoleKind | None, hidden: set[str]) -> None:
    request = RequestFactory().get("/admin/")
    request.user = make_user(bar=bars[0], role=role) if role else make_user()
    items = [item for group in MENU for item in group["items"]]
    closed = {str(item["title"]) for item in items if not item["permission"](request)}
    assert closed == ({str(item["title"]) for item in items} if hidden is None else hidden)


def test_the_menu_leads_to_every_page_but_the_lines_of_the_roll() -> None:
    linked = {str(item["link"]) for group in MENU for item in group["items"]}
    served = {reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist") for m in admin.site._registry}
    assert served - linked == {"/admin/advocates/rollline/"}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_first_page_opens_in_each_language(client: Client, own: Rows, language: str) -> None:
    client.force_login(make_user(bar=own[Bar]))
    with translation.override(language):
        assert client.get("/admin/", headers={"accept-language": language}).status_code == 200


@pytest.mark.parametrize(("several", "shown"), [(False, False), (True, True)], ids=["one bar", "several"])
def test_the_column_of_bars_is_shown_where_it_says_something(
    client: Client, own: Rows, several: bool, shown: bool
) -> None:
    client.force_login(make_user(bar=own[Bar].parent if several else own[Bar]))
    columns = client.get("/admin/advocates/advocate/").context["cl"].list_display
    assert ("bar" in columns) == shown


def test_times_stand_still_once_presence_was_judged_by_them(client: Client, bars: tuple[Bar, Bar]) -> None:
    session = _held_session(bars[0], people=1)
    client.force_login(make_user(bar=bars[0], role=RoleKind.COURSE_MANAGER))
    forms = {f"{of}-{what}_FORMS": 0 for of in ("attendances", "registrations") for what in ("TOTAL", "INITIAL")}
    times = {"starts_at_0": "2025-04-01", "starts_at_1": "10:00", "ends_at_0": "2025-04-01", "ends_at_1": "11:00"}
    sent = {**times, **forms, "language": "ru", "place": "Алматы"}
    url = reverse("admin:courses_session_change", args=[session.pk])
    before = session.starts_at, session.ends_at
    assert client.post(url, sent).status_code == 302
    session.refresh_from_db()
    assert (session.place, session.starts_at, session.ends_at) == ("Алматы", *before)
    Session.objects.update(state="cancelled")
    assert client.post(url, sent).status_code == 403


@pytest.mark.parametrize(
    ("zone", "hour"), [("Asia/Almaty", "10:00"), ("UTC", "05:00"), ("Europe/London", "05:00")], ids=str
)
def test_times_are_those_of_the_readers_bar(client: Client, own: Rows, settings: Any, zone: str, hour: str) -> None:
    settings.MIDDLEWARE = [*dict.fromkeys([*settings.MIDDLEWARE, "advocates.local_time.local_time_for_staff"])]
    Bar.objects.filter(pk=own[Bar].pk).update(time_zone=zone)
    client.force_login(make_user(bar=own[Bar], role=RoleKind.COURSE_MANAGER))
    page = client.get(reverse("admin:courses_session_change", args=[make_session(own[Course]).pk]))
    assert f'value="{hour}' in page.content.decode()
    assert timezone.get_current_timezone_name() == "UTC", "the next request starts afresh"


@pytest.mark.parametrize(("role", "revoked"), [(RoleKind.BAR_ADMIN, True), (RoleKind.AUDITOR, False)])
def test_tokens_are_revoked_by_the_administrators_of_their_bar(
    client: Client, own: Rows, foreign: Rows, role: RoleKind, revoked: bool
) -> None:
    admin_ = make_user(bar=own[Bar], role=role)
    client.force_login(admin_)
    chosen = [own[Token].pk, foreign[Token].pk]
    client.post("/admin/advocates/token/", {"action": "revoke", "_selected_action": chosen})
    gone = Token.objects.exclude(revoked_at=None)
    assert [(token.pk, token.revoked_by) for token in gone] == ([(own[Token].pk, admin_)] if revoked else [])


@pytest.mark.parametrize(
    ("kind", "whose", "said"),
    [
        ("unit_head", "own", None),
        ("unit_head", "nobody's", "The head of a unit has a unit"),
        ("unit_head", "foreign", "Select a valid choice"),
        ("auditor", "own", "The head of a unit has a unit"),
        ("auditor", "nobody's", None),
    ],
)
def test_heads_of_units_are_given_one_of_the_bar(
    client: Client, own: Rows, bars: tuple[Bar, Bar], kind: str, whose: str, said: str | None
) -> None:
    client.force_login(make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN))
    unit = {"own": own[Unit].pk, "foreign": Unit.objects.create(bar=bars[1], name="Theirs").pk, "nobody's": ""}[whose]
    colleague = make_user(bar=own[Bar], role=RoleKind.REVIEWER)
    sent = {"user": colleague.pk, "bar": own[Bar].pk, "kind": kind, "unit": unit, "ended_at_0": "", "ended_at_1": ""}
    answer = client.post(reverse("admin:advocates_role_add"), sent)
    given = Role.objects.filter(user=colleague, kind=kind)
    if said is None:
        assert [role.unit_id or "" for role in given] == [unit], answer.content.decode()[:2000]
    else:
        assert not given.exists()
        assert said in answer.content.decode()


def test_nobody_gives_a_role_to_themselves(client: Client, own: Rows) -> None:
    admin_ = make_user(bar=own[Bar], role=RoleKind.BAR_ADMIN)
    client.force_login(admin_)
    times = {"ended_at_0": "", "ended_at_1": ""}
    sent = {"user": admin_.pk, "bar": own[Bar].pk, "kind": "reviewer", "unit": "", **times}
    answer = client.post(reverse("admin:advocates_role_add"), sent)
    assert "Select a valid choice" in answer.content.decode()
    page = reverse("admin:advocates_user_change", args=[admin_.pk])
    prefix = {"roles-TOTAL_FORMS": 1, "roles-INITIAL_FORMS": 0, "roles-0-bar": own[Bar].pk, "roles-0-kind": "reviewer"}
    client.post(page, {"email": admin_.email, "name": admin_.name, "language": "kk", "is_active": "on", **prefix})
    assert list(Role.objects.filter(user=admin_).values_list("kind", flat=True)) == ["bar_admin"]
