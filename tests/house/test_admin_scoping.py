"""The admin site shows a bar's staff their own bar's rows and nothing else, and writes nothing for another bar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Model
from django.forms.models import ModelChoiceField
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from advocates.models import Bar, Role, RoleKind, User
from advocates.scoped_admin import BarScopedAdmin, who_may
from courses.models import Category, Course, Provider, Session
from tests.factories import make_advocate, make_bar, make_course, make_national, make_user
from tests.house.rows import Rows, digest, make_rows, our_models

pytestmark = pytest.mark.django_db
PAGES = [model for model in our_models() if admin.site.is_registered(model)]
each_page = pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label)


@dataclass
class World:
    """Two regional bars under a national one, each with a row of everything."""

    national: Bar
    own: Rows
    foreign: Rows

    def staff(self, role: RoleKind = RoleKind.BAR_ADMIN, bar: Bar | None = None) -> User:
        return make_user(bar=bar or self.own[Bar], role=role)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once, in a transaction that is taken back; each test is undone before the next."""
    with django_db_blocker.unblock(), transaction.atomic():
        national = make_national()
        own, foreign = (make_rows(make_bar(parent=national)) for _ in range(2))
        yield World(national, own, foreign)
        transaction.set_rollback(True)


def _url(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def _request(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = user
    return request


def _page(model: type[Model]) -> Any:
    return admin.site.get_model_admin(model)


def _listed(client: Client, model: type[Model]) -> set[Any]:
    response = client.get(_url(model, "changelist"))
    assert response.status_code == 200
    return {row.pk for row in response.context["cl"].queryset}


def test_only_our_models_are_served_and_each_page_is_scoped() -> None:
    assert set(admin.site._registry) <= set(our_models())
    assert len(PAGES) >= 20
    assert not [model for model in PAGES if not isinstance(_page(model), BarScopedAdmin)]


@each_page
def test_there_is_something_that_could_leak(world: World, model: type[Model]) -> None:
    assert world.own[model].pk != world.foreign[model].pk
    assert model._default_manager.filter(pk__in=[world.own[model].pk, world.foreign[model].pk]).count() == 2


@each_page
def test_a_regional_list_shows_own_rows_only(client: Client, world: World, model: type[Model]) -> None:
    client.force_login(world.staff())
    listed = _listed(client, model)
    assert world.own[model].pk in listed
    assert world.foreign[model].pk not in listed


@each_page
def test_the_text_of_a_list_names_nothing_foreign(client: Client, world: World, model: type[Model]) -> None:
    client.force_login(world.staff())
    text = client.get(_url(model, "changelist")).content.decode()
    assert world.foreign[Bar].code not in text
    assert world.foreign[User].email not in text


@each_page
def test_the_national_bar_sees_the_bars_below(client: Client, world: World, model: type[Model]) -> None:
    client.force_login(world.staff(bar=world.national))
    assert {world.own[model].pk, world.foreign[model].pk} <= _listed(client, model)


@each_page
@pytest.mark.parametrize("page", ["change", "history", "delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_row_is_not_found(client: Client, world: World, model: type[Model], page: str, method: str) -> None:
    client.force_login(world.staff())
    before = digest()
    url = _url(model, page, world.foreign[model].pk)
    missing = client.generic(method.upper(), _url(model, page, 10**9)).status_code
    status = client.generic(method.upper(), url).status_code
    assert status == missing, "a foreign row looks like one that does not exist"
    assert status == 404
    assert digest() == before


@each_page
def test_an_own_row_is_shown(client: Client, world: World, model: type[Model]) -> None:
    client.force_login(world.staff())
    for page in ("change", "history"):
        response = client.get(_url(model, page, world.own[model].pk))
        assert response.status_code == 200, page
        assert world.foreign[Bar].code not in response.content.decode()


@each_page
def test_nobody_deletes(client: Client, world: World, model: type[Model]) -> None:
    client.force_login(User.objects.create_superuser("root@mail.example.kz", "correct horse"))
    before = digest()
    row = world.own[model].pk
    assert client.post(_url(model, "delete", row), {"post": "yes"}).status_code == 403
    client.post(_url(model, "changelist"), {"action": "delete_selected", "_selected_action": row, "post": "yes"})
    assert digest() == before


@each_page
@pytest.mark.parametrize("who", ["anonymous", "advocate", "staff without a role"])
def test_nobody_else_sees_anything(client: Client, world: World, model: type[Model], who: str) -> None:
    if who == "advocate":
        client.force_login(make_advocate(world.own[Bar], user=make_user()).user)
    elif who != "anonymous":
        user = world.staff()
        user.roles.update(ended_at=user.created_at)
        client.force_login(user)
    refused = 403 if who == "staff without a role" else 302
    assert client.get(_url(model, "changelist")).status_code == refused
    assert client.get(_url(model, "change", world.own[model].pk)).status_code in (refused, 404)


@each_page
@pytest.mark.parametrize("role", RoleKind)
def test_what_a_form_offers_is_of_the_own_bar(world: World, model: type[Model], role: RoleKind) -> None:
    page = _page(model)
    request = _request(world.staff(role))
    foreign = {(type(row), row.pk) for row in world.foreign.values()}
    for form in _forms(page, request, world.own[model]):
        for name, field in form.base_fields.items():
            if isinstance(field, ModelChoiceField) and field.queryset is not None:
                offered = {(type(row), row.pk) for row in field.queryset}
                assert not offered & foreign, name


def _forms(page: Any, request: HttpRequest, obj: Model) -> list[Any]:
    forms = [page.get_form(request, row) for row in (None, obj)]
    return forms + [formset.form for formset, _inline in page.get_formsets_with_inlines(request, obj)]


@each_page
@pytest.mark.parametrize("role", [RoleKind.AUDITOR, RoleKind.UNIT_HEAD])
def test_who_only_looks_writes_nothing(client: Client, world: World, model: type[Model], role: RoleKind) -> None:
    client.force_login(world.staff(role))
    before = digest()
    assert client.post(_url(model, "add"), {}).status_code == 403
    unseen = set() if role in who_may(_page(model).reading) else {404}
    assert client.post(_url(model, "change", world.own[model].pk), {}).status_code in {403} | unseen
    assert digest() == before


@each_page
@pytest.mark.parametrize("role", RoleKind)
def test_a_page_opens_to_the_roles_of_the_table(
    client: Client, world: World, model: type[Model], role: RoleKind
) -> None:
    client.force_login(world.staff(role))
    urls = (_url(model, "changelist"), _url(model, "change", world.own[model].pk))
    opened = {client.get(url).status_code for url in urls}
    assert opened == {200} if role in who_may(_page(model).reading) else opened <= {403, 404}


READ_ONLY = {
    "courses.Entry", "courses.Claim", "courses.Category", "courses.AttendanceFile", "courses.AttendanceLine",
    "advocates.RollFile", "advocates.RollLine", "compliance.AdoptedRulebook", "compliance.Standing", "compliance.Case",
    "compliance.Notice", "compliance.Certificate", "compliance.SweepRun", "advocates.Token",
}  # fmt: skip


@pytest.mark.parametrize("label", sorted(READ_ONLY))
def test_history_is_read_only_even_for_a_superuser(client: Client, world: World, label: str) -> None:
    model = next(model for model in PAGES if model._meta.label == label)
    client.force_login(User.objects.create_superuser("root@mail.example.kz", "correct horse"))
    before = digest()
    urls = (_url(model, "add"), _url(model, "change", world.own[model].pk))
    assert [client.post(url, {}).status_code for url in urls] == [403, 403]
    assert digest() == before


SESSION = {"starts_at_0": "2027-01-11", "starts_at_1": "10:00", "ends_at_0": "2027-01-11", "ends_at_1": "12:00",
           "language": "ru", "attendances-TOTAL_FORMS": 0, "attendances-INITIAL_FORMS": 0,
           "registrations-TOTAL_FORMS": 0, "registrations-INITIAL_FORMS": 0}  # fmt: skip


def _segments(category: Category) -> dict[str, Any]:
    return {"segments-TOTAL_FORMS": 1, "segments-INITIAL_FORMS": 0, "segments-0-position": 1, "segments-0-title": "Law",
            "segments-0-category": category.pk, "segments-0-minutes": 90}  # fmt: skip


def _course(bar: Bar, provider: Provider, category: Category) -> dict[str, Any]:
    names = {"name_kk": "Курс", "name_ru": "Курс", "name_en": ""}
    return {"bar": bar.pk, "number": "N-1", "provider": provider.pk, "format": 1, "accredited_from": "2026-01-01",
            "full_percent": 80, "partial_percent": 50, "certified_as": "attendance", **names,
            **_segments(category)}  # fmt: skip


def _given(rows: Rows, model: type[Model], *, bar: Rows | None = None, link: Rows | None = None) -> dict[str, Any]:
    """A filled-in form for a new row of ``rows``' bar, where ``bar`` or ``link`` puts another bar's key in."""
    of, linked = (bar or rows)[Bar], link or rows
    return {
        Provider: {"bar": of.pk, "name_kk": "Орталық", "name_ru": "Центр"},
        Course: _course(of, linked[Provider], (linked if link else rows)[Category]),
        Session: {"course": linked[Course].pk, **SESSION},
        Role: {"user": linked[User].pk, "bar": of.pk, "kind": "auditor"},
    }[model]


WRITTEN = [(Provider, "course_manager"), (Course, "reviewer"), (Session, "course_manager"), (Role, "bar_admin")]


@pytest.mark.parametrize(("model", "role"), WRITTEN, ids=lambda value: getattr(value, "__name__", value))
def test_an_own_row_can_be_added(client: Client, world: World, model: type[Model], role: str) -> None:
    client.force_login(world.staff(RoleKind(role)))
    before = model._default_manager.count()
    response = client.post(_url(model, "add"), _given(world.own, model))
    assert response.status_code == 302, response.context["errors"]
    assert model._default_manager.count() == before + 1
    added: Any = model._default_manager.latest("pk")
    assert added.bar_id == world.own[Bar].pk
    assert model is not Course or added.segments.get().bar_id == added.bar_id


@pytest.mark.parametrize(
    ("model", "role", "wrong"),
    [
        (Provider, "course_manager", "bar"),
        (Course, "reviewer", "bar"),
        (Course, "reviewer", "link"),
        (Session, "course_manager", "link"),
        (Role, "bar_admin", "bar"),
        (Role, "bar_admin", "link"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_foreign_key_in_a_form_is_refused(
    client: Client, world: World, model: type[Model], role: str, wrong: str
) -> None:
    client.force_login(world.staff(RoleKind(role)))
    before = digest()
    response = client.post(_url(model, "add"), _given(world.own, model, **{wrong: world.foreign}))
    assert response.status_code == 200
    assert response.context["errors"]
    assert digest() == before


def test_a_role_is_worth_something_in_its_own_bar_only(client: Client, world: World) -> None:
    """Auditor here and course manager there: neither the other bar's list nor this bar's forms grow by it."""
    user = world.staff(RoleKind.AUDITOR)
    Role.objects.create(user=user, bar=world.foreign[Bar], kind=RoleKind.COURSE_MANAGER)
    client.force_login(user)
    before = digest()
    seen = client.get(_url(Provider, "change", world.own[Provider].pk))
    assert (seen.status_code, seen.context["has_change_permission"]) == (200, False)
    assert client.post(_url(Provider, "change", world.own[Provider].pk), {"name_kk": "x"}).status_code == 403
    refused = client.post(_url(Session, "add"), _given(world.own, Session))
    assert refused.context["errors"]
    assert digest() == before


@pytest.mark.parametrize(
    ("model", "field", "value"), [(Bar, "contact", "office 7"), (User, "name", "New")], ids=["bar", "user"]
)
def test_a_national_administrator_reaches_below_a_regional_one_does_not(
    client: Client, world: World, model: type[Model], field: str, value: str
) -> None:
    page, row = _page(model), world.foreign[model]
    assert page.has_change_permission(_request(world.staff(bar=world.national)), row)
    assert not page.has_change_permission(_request(world.staff()), row)


@pytest.mark.parametrize("page", ["changelist", "add"])
@pytest.mark.parametrize("model", [User, Role])
def test_users_and_roles_are_for_administrators(client: Client, world: World, model: type[Model], page: str) -> None:
    client.force_login(world.staff(RoleKind.COMPLIANCE_OFFICER))
    assert client.get(_url(model, page)).status_code == 403


def test_who_submits_courses_does_not_enter_one_as_accredited(client: Client, world: World) -> None:
    client.force_login(world.staff(RoleKind.COURSE_MANAGER))
    seen = client.get(_url(Course, "change", world.own[Course].pk))
    assert (seen.status_code, seen.context["has_change_permission"]) == (200, False)
    assert client.get(_url(Course, "add")).status_code == 403


def test_choices_fetched_while_typing_are_scoped(client: Client, world: World) -> None:
    client.force_login(world.staff(RoleKind.COURSE_MANAGER))
    asked = {"app_label": "courses", "model_name": "session", "field_name": "course", "term": "Course"}
    found = client.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert [row["id"] for row in found] == [str(world.own[Course].pk)]


def test_the_bar_filter_offers_no_foreign_bar(client: Client, world: World) -> None:
    make_bar(parent=world.own[Bar])
    client.force_login(world.staff())
    response = client.get(_url(Provider, "changelist"), {"of": world.foreign[Bar].pk})
    offered = {key for spec in response.context["cl"].filter_specs for key, _label in spec.lookup_choices}
    assert str(world.own[Bar].pk) in offered
    assert str(world.foreign[Bar].pk) not in offered
    assert response.context["cl"].result_count == 0


@pytest.mark.parametrize("parameter", ["bar__contact__startswith", "advocate__user__password__startswith", "bar__id"])
def test_questions_in_the_address_learn_nothing(client: Client, world: World, parameter: str) -> None:
    client.force_login(world.staff())
    response = client.get(_url(next(m for m in PAGES if m.__name__ == "Entry"), "changelist"), {parameter: "1"})
    assert response.status_code in (302, 400) or world.foreign[Bar].code not in response.content.decode()


def test_categories_of_the_bar_above_are_read_below_and_offered_in_an_agenda(client: Client, world: World) -> None:
    above = make_course(world.national).segments.get().category
    client.force_login(world.staff(RoleKind.REVIEWER))
    assert above.pk in _listed(client, Category)
    data = _course(world.own[Bar], world.own[Provider], above)
    assert client.post(_url(Course, "add"), data).status_code == 302
