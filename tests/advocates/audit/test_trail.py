"""The trail: each change of each table, however it was made, and whose it was."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client

from advocates.acting import acting
from advocates.models import Advocate, Bar, Change, Membership, NameAlias, RollFile, RollLine, Unit, User
from cle.core.append_only import erasing
from cle.core.copying import copy_rows
from compliance.models import Standing
from courses.models import Entry
from tests.compliance.rows import make_standing, ruled_bar
from tests.factories import give_credit, make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bar() -> Bar:
    return make_bar()


@pytest.fixture
def unit(bar: Bar) -> Unit:
    return Unit.objects.create(bar=bar, name="First")


def trail(table: str, **which: Any) -> list[Change]:
    return list(Change.objects.filter(table=table, **which).order_by("pk"))


def units(bar: Bar, number: int) -> list[Unit]:
    return [Unit(bar=bar, name=f"Unit {n}") for n in range(number)]


def test_what_was_entered_changed_and_deleted_is_written_down(bar: Bar, unit: Unit) -> None:
    unit.name = "Second"
    unit.save()
    key = unit.pk
    unit.delete()
    entered, changed, deleted = trail("advocates_unit")
    assert {(c.row, c.bar, c.advocate) for c in (entered, changed, deleted)} == {(str(key), bar, None)}
    assert [c.action for c in (entered, changed, deleted)] == ["insert", "update", "delete"]
    assert (entered.before, entered.after) == (
        None, {"id": key, "bar_id": bar.pk, "name": "First", "kind": "other"},
    )  # fmt: skip
    assert (changed.before, changed.after) == ({"name": "First"}, {"name": "Second"})
    assert (deleted.before, deleted.after) == ({**entered.after, "name": "Second"}, None)


def test_second_factors_and_addresses_come_and_go_in_it_without_their_secrets() -> None:
    user = make_user()
    with acting("web", user=user.pk):
        factor = Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "ORSXG5A"})
        address = EmailAddress.objects.create(user=user, email=user.email, verified=True)
        linked = SocialAccount.objects.create(user=user, provider="office", uid="850512300123", extra_data={"iin": "8"})
        Authenticator.objects.filter(pk=factor.pk).update(last_used_at=F("created_at"))
        for row in (factor, address, linked):
            row.delete()
    factors = trail("mfa_authenticator")
    assert [(each.action, each.user_id) for each in factors] == [("insert", user.pk), ("delete", user.pk)]
    shown = factors[0].after
    assert shown is not None
    assert (shown["user_id"], shown["type"], shown["data"]) == (user.pk, "totp", "•••")
    assert [each.action for each in trail("account_emailaddress", after__email=user.email)] == ["insert"]
    assert [each.action for each in trail("account_emailaddress")][-1] == "delete"
    assert [(each.before or each.after or {})["uid"] for each in trail("socialaccount_socialaccount")] == ["•••"] * 2
    written = str([(each.before, each.after) for each in Change.objects.all()])
    assert "ORSXG5A" not in written
    assert "850512300123" not in written


def test_who_where_and_by_what(bar: Bar) -> None:
    user = make_user(bar=bar)
    with acting("web", user=user.pk, address="203.0.113.9", request="r-1"):
        Unit.objects.create(bar=bar, name="Named")
    Unit.objects.create(bar=bar, name="Nobody's")
    named, nobody = trail("advocates_unit")
    assert (named.user, named.address, named.request, named.source) == (user, "203.0.113.9", "r-1", "web")
    assert (nobody.user, nobody.address, nobody.request, nobody.source) == (None, "", "", "")
    assert named.transaction == nobody.transaction > 0
    assert (named.login, dt.timedelta(0) <= nobody.at - named.at < dt.timedelta(minutes=1)) == ("postgres", True)


def _raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


WAYS = {
    "bulk_create": lambda bar: Unit.objects.bulk_create(units(bar, 3)),
    "COPY": lambda bar: copy_rows(units(bar, 3)),
    "raw SQL": lambda bar: _raw(
        "INSERT INTO advocates_unit (bar_id, name, kind) "
        f"SELECT {bar.pk}, 'Unit ' || n, '' FROM generate_series(1, 3) AS n"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_bulk_is_recorded_row_by_row_with_its_actor(bar: Bar, way: str) -> None:
    user = make_user(bar=bar)
    with acting("web", user=user.pk):
        WAYS[way](bar)
        Unit.objects.filter(bar=bar).update(kind="office", name=F("name"))
        Unit.objects.filter(bar=bar).delete()
    changes = trail("advocates_unit")
    assert [c.action for c in changes] == ["insert"] * 3 + ["update"] * 3 + ["delete"] * 3
    assert {c.user for c in changes} == {user}
    assert len({c.row for c in changes}) == 3
    assert {frozenset((c.after or {}).items()) for c in changes[3:6]} == {frozenset({("kind", "office")})}


@pytest.mark.parametrize("clashing", ["nothing", "update"])
def test_what_clashes_is_an_update_or_nothing(bar: Bar, unit: Unit, clashing: str) -> None:
    action = "NOTHING" if clashing == "nothing" else "UPDATE SET kind = excluded.kind"
    _raw(
        f"INSERT INTO advocates_unit (bar_id, name, kind) VALUES ({bar.pk}, 'First', 'office'), ({bar.pk}, 'New', '') "
        f"ON CONFLICT (bar_id, name) DO {action}"
    )
    found = {c.action: c.after for c in trail("advocates_unit")[1:]}
    assert found.pop("insert")["name"] == "New"
    assert found == ({} if clashing == "nothing" else {"update": {"kind": "office"}})


def test_a_key_that_changes_is_two_rows(bar: Bar, unit: Unit) -> None:
    _raw(f"UPDATE advocates_unit SET id = 990099 WHERE id = {unit.pk}")
    old, new = trail("advocates_unit", action="update")
    assert {old.row, new.row} == {str(unit.pk), "990099"}


def test_of_many_rows_each_says_what_changed_in_it(bar: Bar) -> None:
    """Beyond fifty rows the columns that are alike in all of them are told first; the trail must not show it."""
    Unit.objects.bulk_create(units(bar, 60))
    _raw("UPDATE advocates_unit SET kind = 'office', name = CASE WHEN name = 'Unit 7' THEN 'Seventh' ELSE name END")
    changed = trail("advocates_unit", action="update")
    assert [(c.before, c.after) for c in changed if len(c.before) > 1] == [
        ({"kind": "other", "name": "Unit 7"}, {"kind": "office", "name": "Seventh"})
    ]
    assert (len(changed), {c.bar for c in changed}) == (60, {bar})


def test_keys_that_change_are_two_rows_each_however_many(bar: Bar) -> None:
    person = make_advocate(bar)
    NameAlias.objects.bulk_create([NameAlias(bar=bar, advocate=person, key=f"{number}") for number in range(60)])
    _raw("UPDATE advocates_namealias SET id = id + 1000000")
    changed = trail("advocates_namealias", action="update")
    assert len(changed) == 120
    assert {len(c.before) for c in changed} == {len(NameAlias._meta.concrete_fields)}


def test_what_is_undone_leaves_nothing(bar: Bar) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.bulk_create([*units(bar, 1), *units(bar, 1)])
    assert trail("advocates_unit") == []


def test_an_update_that_changes_nothing_leaves_nothing(bar: Bar, unit: Unit) -> None:
    person = make_advocate(bar)
    before = Change.objects.count()
    unit.save()
    person.save()  # only when it was last saved
    Advocate.objects.update(version=F("version") + 1)
    Advocate.objects.filter(pk=0).update(phone="+7")
    assert Change.objects.count() == before


def test_a_row_about_somebody_says_about_whom(bar: Bar) -> None:
    person = make_advocate(bar)
    give_credit(person, 60)
    for table in ("advocates_advocate", "advocates_statusspan", "courses_entry", "courses_adjustment"):
        assert {(c.advocate, c.bar) for c in trail(table)} == {(person, bar)}, table


def test_a_part_is_about_whom_its_whole_is_about(bar: Bar) -> None:
    from tests.house.rows import make_rows

    rows = make_rows(bar)
    for table in ("compliance_casestep", "compliance_revocation"):
        assert {c.advocate for c in trail(table)} == {rows[Advocate]}, table


def test_secrets_are_marked_and_their_absence_is_not(bar: Bar) -> None:
    person = make_advocate(bar, national_id="850512300123")
    Advocate.objects.filter(pk=person.pk).update(national_id="900512300124")
    Advocate.objects.filter(pk=person.pk).update(national_id="")
    entered, *changed = trail("advocates_advocate")
    assert entered.after["national_id"] == "•••"
    assert [c.before for c in changed] == [{"national_id": "•••"}] * 2
    assert changed[0].after == {"national_id": "•••"}
    assert changed[1].after["national_id"] in ("", "\\x")


def test_a_password_is_never_in_the_trail_nor_is_a_log_in(bar: Bar) -> None:
    client, user = Client(), make_user()
    before = Change.objects.count()
    client.force_login(user)
    assert Change.objects.count() == before
    user.set_password("other horse")
    user.save()
    entered, changed = trail("advocates_user", row=str(user.pk))
    assert (entered.after["password"], changed.before, changed.after) == (
        "•••", {"password": "•••"}, {"password": "•••"},
    )  # fmt: skip
    assert not [c for c in Change.objects.all() if user.password in str([c.before, c.after])]


def test_files_leave_their_sums(bar: Bar) -> None:
    file = RollFile.objects.create(
        bar=bar, file_name="r.xlsx", sha256="0" * 64, plan_sha256="", content=b"\x00zip", rows=0
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM advocates_rollfile WHERE id = %s", [file.pk])
        stored = bytes(cursor.fetchone()[0])
    RollFile.objects.update(state="discarded")
    RollFile.objects.update(content=b"", rows=0)
    RollFile.objects.all().delete()
    entered, *changed, deleted = trail("advocates_rollfile")
    said = f"sha256:{hashlib.sha256(stored).hexdigest()}"
    assert entered.after["content"] == said
    assert [(change.before, change.after) for change in changed] == [
        ({"state": "previewed"}, {"state": "discarded"}), ({"content": said}, {"content": "\\x"}),
    ]  # fmt: skip
    assert deleted.before == {**entered.after, "state": "discarded", "content": "\\x"}


def test_the_lines_of_a_preview_leave_decisions_alone(bar: Bar) -> None:
    file = RollFile.objects.create(bar=bar, file_name="r", sha256="0" * 64, plan_sha256="", content=b"", rows=0)
    line = RollLine.objects.create(bar=bar, file=file, rows=[2], outcome="ambiguous", changes={"national_id": ["1"]})
    RollLine.objects.filter(pk=line.pk).update(outcome="rejected", changes={"national_id": ["2"]})
    line.delete()
    (decided,) = trail("advocates_rollline")
    assert (decided.before, decided.after) == (
        {"outcome": "ambiguous", "changes": "•••"}, {"outcome": "rejected", "changes": "•••"},
    )  # fmt: skip


def test_what_is_derived_leaves_nothing() -> None:
    person = make_advocate(ruled_bar())
    make_standing(person)
    Standing.objects.update(missing=1)
    assert trail("compliance_standing") == []


def test_the_account_of_the_ledger_still_counts(bar: Bar) -> None:
    person = make_advocate(bar)
    give_credit(person, 60)
    give_credit(person, 30)
    assert person.account.version == 2
    assert [c.after["minutes"] for c in trail("courses_entry")] == [60, 30]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE advocates_change SET user_id = 1",
        "DELETE FROM advocates_change",
        "UPDATE advocates_change SET user_id = 1 WHERE false",
        "UPDATE advocates_auditseal SET sha256 = ''",
        "DELETE FROM advocates_auditseal",
    ],
)
def test_the_trail_is_only_ever_added_to(bar: Bar, sql: str) -> None:
    before = Change.objects.count()
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        _raw(sql)
    assert Change.objects.count() == before > 0


@pytest.mark.parametrize("table", ["advocates_change", "advocates_auditseal", "courses_entry", "advocates_unit"])
def test_nothing_is_emptied_at_once(bar: Bar, table: str) -> None:
    """Tests may; here it is as everywhere else."""
    _raw("SET CONSTRAINTS ALL IMMEDIATE")
    _raw(f"ALTER TABLE {table} ENABLE TRIGGER audit_no_truncate")
    with pytest.raises(DatabaseError, match=f"no TRUNCATE on {table}"), transaction.atomic():
        _raw(f"TRUNCATE {table} CASCADE")


def test_no_table_of_one_s_own_comes_in_the_way(bar: Bar) -> None:
    _raw("CREATE TEMP TABLE advocates_change (LIKE advocates_change) ON COMMIT DROP")
    Unit.objects.create(bar=bar, name="Hidden")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.advocates_change WHERE \"table\" = 'advocates_unit'")
        assert cursor.fetchone() == (1,)


def test_models_are_recorded_by_the_office_too(client: Client, bar: Bar) -> None:
    from advocates.models import RoleKind

    user: User = make_user(bar=bar, role=RoleKind.BAR_ADMIN)
    client.force_login(user)
    answer = client.post("/admin/advocates/unit/add/", {"bar": bar.pk, "name": "Typed", "kind": "office"})
    assert answer.status_code == 302
    (entered,) = trail("advocates_unit")
    assert (entered.user, entered.address, entered.source) == (user, "127.0.0.1", "web")
    assert entered.request == answer["X-Request-ID"]


def test_nothing_else_than_the_ledger_s_own_rules_stops_an_entry(bar: Bar) -> None:
    entry = give_credit(make_advocate(bar), 60)
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(minutes=90)
    assert trail("courses_entry", action="update") == []


def test_histories_and_names_are_recorded(bar: Bar) -> None:
    person = make_advocate(bar)
    NameAlias.objects.create(bar=bar, advocate=person, key="iphone")
    assert [c.after["key"] for c in trail("advocates_namealias")] == ["iphone"]
    assert len(trail("advocates_membership")) == Membership.objects.count() == 1


def test_what_is_erased_on_purpose_is_not_copied_once_more(bar: Bar) -> None:
    person = make_advocate(bar, phone="+7 701 000 00 00")
    with erasing():
        Advocate.objects.filter(pk=person.pk).update(phone="")
    Advocate.objects.filter(pk=person.pk).update(phone="+7 702")
    erased, changed = trail("advocates_advocate", action="update")
    assert (erased.before, erased.after) == ({"phone": "•••"}, {"phone": ""})
    assert (changed.before, changed.after) == ({"phone": ""}, {"phone": "+7 702"})
