"""Rulebooks through the API: those that hold, and drafts that are checked, tried on everybody, and adopted."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Bar, FileRead, RoleKind
from cle.core.errors import DomainError
from compliance.api import rulebooks as api
from compliance.models import AdoptedRulebook
from compliance.services.rulebooks import adopt_rulebook, digest
from tests.api.test_me import problem
from tests.api.work import finished
from tests.compliance.rows import addition_document, requirement, rulebook_document, total
from tests.compliance.test_sweep import statements
from tests.factories import give_credit, make_advocate, make_bar, make_national, make_user
from tests.house.rows import digest as tables

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 5, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "now", lambda: NOW)


@pytest.fixture
def national() -> Bar:
    bar = make_national()
    adopt_rulebook(bar, rulebook_document(version="1"), decision="No. 1", by=None)
    return bar


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def admin(client: Client, bar: Bar) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(make_user(bar=bar, role=RoleKind.BAR_ADMIN, name="Ким Виктор"))
    return client


@pytest.fixture
def top(client: Client, national: Bar) -> Client:
    """The browser of an administrator of the national bar."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(make_user(bar=national, role=RoleKind.BAR_ADMIN, name="Ким Виктор"))
    return client


def at(bar: Bar, *parts: Any) -> str:
    return "/".join(["/api/v1/bars", bar.code, "rulebooks", *map(str, parts)])


def post(client: Client, address: str, body: Any, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(address, body, content_type="application/json", headers=headers)


def year(version: str, start: str, **changes: Any) -> dict[str, Any]:
    """Without the examples, which are of the years before."""
    return rulebook_document(version=version, effective_from=start, **{"examples": [], **changes})


def untrue(**changes: Any) -> dict[str, Any]:
    """A document one of whose examples says what its rules do not."""
    document = rulebook_document(**changes)
    document["examples"][0]["expect"]["status"] = "compliant"
    return document


def adoption(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"document": document, "digest": digest(document), "decision": "No. 7 of 2026-05-30", **changes}


class TestAdopted:
    def test_staff_see_what_holds_held_and_will_hold(self, admin: Client, national: Bar, bar: Bar) -> None:
        adopt_rulebook(national, year("2", "2026-01-01"), by=None)
        adopt_rulebook(national, year("3", "2027-01-01"), by=None)
        adopt_rulebook(bar, addition_document("r-1", dt.date(2026, 1, 1)), by=None)
        rows = admin.get(at(bar)).json()["results"]
        assert [(row["bar"]["code"], row["version"], row["extends"], row["when"]) for row in rows] == [
            ("KZ", "3", False, "coming"),
            ("R-1", "1", True, "in_force"),
            ("KZ", "2", False, "in_force"),
            ("KZ", "1", False, "past"),
        ]
        assert rows[-1] == {
            "id": rows[-1]["id"], "bar": {"code": "KZ", "name": "KZ Bar"}, "code": "kz-example", "version": "1",
            "title": rulebook_document()["title"]["en"], "extends": False, "effective_from": "2025-01-01",
            "decision": "No. 1", "sha256": digest(rulebook_document(version="1")), "when": "past",
            "adopted_by": None, "adopted_at": rows[-1]["adopted_at"],
        }  # fmt: skip
        narrowed = admin.get(f"{at(bar)}?when=in_force").json()["results"]
        assert [row["version"] for row in narrowed] == ["1", "2"]
        assert problem(admin.get(f"{at(bar)}?when=never"), 400)["errors"][0]["parameter"] == "when"

    def test_rules_of_its_own_are_set_aside_by_those_of_a_bar_above(self, client: Client) -> None:
        top = make_national()
        bar = make_bar("R-1", top)
        adopt_rulebook(bar, year("own", "2025-01-01"), by=None)
        assert [row["bar"]["code"] for row in client.get("/api/v1/rulebooks").json()["results"]] == ["R-1"]
        adopt_rulebook(top, year("national", "2026-01-01"), by=None)
        assert [row["bar"]["code"] for row in client.get("/api/v1/rulebooks").json()["results"]] == ["KZ"]
        client.force_login(make_user(bar=bar))
        found = {row["version"]: row["when"] for row in client.get(at(bar)).json()["results"]}
        assert found == {"national": "in_force", "own": "set_aside"}

    def test_one_has_its_document(self, admin: Client, national: Bar, bar: Bar) -> None:
        adopted = AdoptedRulebook.objects.get()
        shown = admin.get(at(bar, adopted.pk)).json()
        assert (shown["document"], shown["when"]) == (rulebook_document(version="1"), "in_force")

    def test_a_neighbour_s_addition_is_not_there(self, admin: Client, national: Bar, bar: Bar) -> None:
        neighbour = make_bar("R-2", national)
        theirs = adopt_rulebook(neighbour, addition_document("r-2", dt.date(2026, 1, 1)), by=None)
        for address in (at(neighbour), at(neighbour, theirs.pk), at(bar, theirs.pk)):
            problem(admin.get(address), 404)
        assert "r-2" not in admin.get(at(bar)).content.decode()

    def test_everybody_reads_what_is_in_force_and_nothing_else(self, client: Client, national: Bar, bar: Bar) -> None:
        coming = adopt_rulebook(national, year("2", "2027-01-01"), by=None)
        adopt_rulebook(bar, addition_document("r-1", dt.date(2026, 1, 1)), by=None)
        rows = client.get("/api/v1/rulebooks").json()["results"]
        assert [(row["bar"]["code"], row["version"]) for row in rows] == [("KZ", "1"), ("R-1", "1")]
        assert "adopted_by" not in rows[0]
        whole = client.get(f"/api/v1/rulebooks/{rows[0]['id']}").json()
        assert whole == {**rows[0], "document": rulebook_document(version="1")}
        problem(client.get(f"/api/v1/rulebooks/{coming.pk}"), 404)

    def test_statements_do_not_grow(self, client: Client, national: Bar) -> None:
        def asked() -> int:
            with statements() as sent:
                assert client.get("/api/v1/rulebooks").status_code == 200
            return len(sent)

        one = asked()
        for code in ("R-1", "R-2"):
            adopt_rulebook(make_bar(code, national), addition_document(code.lower(), dt.date(2026, 1, 1)), by=None)
        assert asked() == one <= 3


class TestCheck:
    def check(self, client: Client, bar: Bar, document: Any) -> dict[str, Any]:
        before = tables()
        answer = post(client, at(bar, "check"), document)
        assert answer.status_code == 200, answer.content
        assert tables() == before
        return dict(answer.json())

    def test_a_good_document_is_usable(self, client: Client) -> None:
        client.force_login(make_user(bar=(bar := make_bar())))
        document = rulebook_document()
        found = self.check(client, bar, document)
        assert len(found["examples"]) == len(document["examples"]) > 2
        assert all(each["comes_true"] and not each["mismatches"] for each in found["examples"])
        del found["examples"], found["doubts"]
        assert found == {
            "usable": True, "adopted": False, "digest": digest(document), "code": "kz-example", "version": "2025.1",
            "effective_from": "2025-01-01", "faults": [], "obstacle": None,
        }  # fmt: skip

    def test_faults_are_named_by_their_place(self, top: Client, national: Bar) -> None:
        document = year("2", "2027-01-01", zone="Almaty/Asia")
        document["total"]["clause"] = "nowhere"
        document["requirements"][0]["amount"] = -1
        found = self.check(top, national, document)
        assert (found["usable"], found["code"], found["examples"]) == (False, None, [])
        assert {"#/requirements/0/amount", "#/zone"} <= {fault["pointer"] for fault in found["faults"]}
        document = year("2", "2027-01-01", total={**rulebook_document()["total"], "clause": "nowhere"})
        (fault,) = self.check(top, national, document)["faults"]
        assert fault["pointer"] == "#/total/clause"

    def test_examples_that_do_not_come_true_say_what_they_found(self, client: Client) -> None:
        client.force_login(make_user(bar=(bar := make_bar())))
        found = self.check(client, bar, untrue())
        assert not found["usable"]
        (wrong,) = (each for each in found["examples"] if not each["comes_true"])
        assert wrong["name"].startswith("Own suspension of 184 days")
        assert wrong["mismatches"] == [{"path": "status", "expected": "compliant", "found": "at_risk"}]

    def test_what_is_in_the_way_of_this_bar_is_said(self, admin: Client, national: Bar, bar: Bar) -> None:
        found = self.check(admin, bar, year("2", "2027-01-01"))
        assert (found["usable"], found["obstacle"]["code"]) == (False, "rules-above")
        assert found["obstacle"]["detail"].startswith("The bar above has rules on that day")

    def test_an_addition_is_checked_against_the_rules_above(self, admin: Client, bar: Bar) -> None:
        good = addition_document("r-1", dt.date(2026, 1, 1), requirements=[requirement("law", 4, clause="own")],
                                 clauses={"own": {"document": "Decision 1"}})  # fmt: skip
        found = self.check(admin, bar, good)
        assert found["usable"], found["faults"]
        lower = addition_document("r-1", dt.date(2026, 1, 1), **{"raise": {"total": 1}})
        (fault,) = self.check(admin, bar, lower)["faults"]
        assert fault["pointer"] == "#/raise/total"

    def test_what_was_adopted_says_so(self, top: Client, national: Bar) -> None:
        found = self.check(top, national, rulebook_document(version="1"))
        assert (found["usable"], found["adopted"]) == (True, True)
        other = self.check(top, national, rulebook_document(version="1", at_risk_days=80))
        assert other["obstacle"]["code"] == "version-taken"

    @pytest.mark.parametrize(
        "body", [[], {"code": "\x00"}, {"code": "\ud800"}, {"x": "long" * 200_000}],
        ids=["list", "zero", "surrogate", "long"],
    )  # fmt: skip
    def test_what_is_no_document_is_refused(self, top: Client, national: Bar, body: Any) -> None:
        assert problem(post(top, at(national, "check"), body), 400)["errors"][0]["pointer"] == "#"

    @pytest.mark.parametrize("body", [{}, {"schema": 1}, {"schema": 2, "extends": 7}, {"schema": 1, "unit": []}])
    def test_half_a_document_has_faults(self, top: Client, national: Bar, body: Any) -> None:
        assert self.check(top, national, body)["faults"]


class TestImpact:
    @pytest.fixture
    def enough(self, bar: Bar) -> Any:
        person = make_advocate(bar, "Сәрсенова Әлия")
        for minutes, category in ((640, "law"), (90, "ethics")):
            give_credit(person, minutes, dt.date(2026, 5, 20), category)
        return person

    def test_a_job_counts_and_leads_to_names(self, top: Client, national: Bar, bar: Bar, enough: Any) -> None:
        draft = year("2", "2027-01-01", **total(40))
        before = AdoptedRulebook.objects.count()
        body = {"document": draft, "since": "2026-01-01"}
        answer = post(top, at(national, "impact"), body, "k")
        job = finished(top, answer)
        assert job["state"] == "done", job
        (found,) = job["result"]["bars"]
        assert (job["result"]["digest"], job["result"]["since"]) == (digest(draft), "2026-01-01")
        assert (found["bar"], found["advocates"], found["worse"], found["better"]) == ("R-1", 1, 1, 0)
        (move,) = found["moves"]
        assert (move["before"], move["count"]) == ("compliant", 1)
        (person,) = found["people"]
        assert (person["advocate"], person["before"], person["after"]) == (enough.pk, "compliant", move["after"])
        assert "Сәрсенова" not in str(job)
        assert not FileRead.objects.exists()
        named = top.get(at(national, "impact", job["id"])).json()
        assert named["result"]["bars"][0]["people"] == [{**person, "name": "Сәрсенова Әлия"}]
        assert list(FileRead.objects.values_list("advocate", "part")) == [(enough.pk, "explanation")]
        assert AdoptedRulebook.objects.count() == before

    def test_no_people_when_none_are_asked_for(self, top: Client, national: Bar, enough: Any) -> None:
        body = {"document": year("2", "2027-01-01", **total(40)), "since": "2026-01-01", "people": 0}
        (found,) = finished(top, post(top, at(national, "impact"), body, "k"))["result"]["bars"]
        assert (found["people"], found["worse"]) == ([], 1)

    def test_only_who_asked_or_watches_sees_it(self, client: Client, national: Bar, bar: Bar, enough: Any) -> None:
        officer, colleague = make_user(bar=national), make_user(bar=national)
        client.force_login(officer)
        job = post(client, at(national, "impact"), {"document": year("2", "2027-01-01")}, "k").json()["id"]
        assert client.get(at(national, "impact", job)).status_code == 200
        for other in (colleague, make_user(bar=bar, role=RoleKind.BAR_ADMIN)):
            client.force_login(other)
            problem(client.get(at(national, "impact", job)), 404)
            problem(client.get(at(bar, "impact", job)), 404)

    def test_a_document_with_faults_starts_no_job(self, top: Client, national: Bar) -> None:
        document = year("2", "2027-01-01", total={**rulebook_document()["total"], "clause": "nowhere"})
        before = tables()
        faults = problem(post(top, at(national, "impact"), {"document": document}, "k"), 400)["errors"]
        assert [fault["pointer"] for fault in faults] == ["#/document/total/clause"]
        assert tables() == before


class TestAdopt:
    def test_a_decision_adopts_once(self, top: Client, national: Bar) -> None:
        document = year("2", "2027-01-01")
        answers = [post(top, at(national, "adopt"), adoption(document), key) for key in ("a", "a", "b")]
        assert [answer.status_code for answer in answers] == [201] * 3
        shown = answers[0].json()
        assert (shown["version"], shown["when"], shown["decision"]) == ("2", "coming", "No. 7 of 2026-05-30")
        assert (shown["adopted_by"], shown["document"]) == ("Ким Виктор", document)
        assert AdoptedRulebook.objects.filter(version="2").count() == 1

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"digest": "0" * 64}, "document-changed"),
            ({"document": year("1", "2027-01-01")}, "version-taken"),
            ({"document": year("2", "2025-01-01")}, "day-taken"),
            ({"document": year("2" * 41, "2027-01-01")}, "name-too-long"),
        ],
    )
    def test_why_it_is_refused(self, top: Client, national: Bar, change: dict[str, Any], code: str) -> None:
        before = tables()
        body = {**adoption(year("2", "2027-01-01")), **change}
        assert problem(post(top, at(national, "adopt"), body, "k"), 409)["type"] == f"urn:problem-type:cle:{code}"
        assert tables() == before

    def test_examples_that_do_not_hold_are_in_the_way(self, client: Client) -> None:
        client.force_login(make_user(bar=(bar := make_bar()), role=RoleKind.BAR_ADMIN))
        before = tables()
        found = problem(post(client, at(bar, "adopt"), adoption(untrue()), "k"), 409)
        assert found["type"].endswith(":examples-do-not-hold")
        assert tables() == before
        assert post(client, at(bar, "impact"), {"document": untrue()}, "k").status_code == 202

    @pytest.mark.parametrize("change", [{"decision": " "}, {"decision": "x" * 301}, {"digest": ""}, {"document": []}])
    def test_a_wrong_body_is_named(self, top: Client, national: Bar, change: dict[str, Any]) -> None:
        body = {**adoption(year("2", "2027-01-01")), **change}
        (fault,) = problem(post(top, at(national, "adopt"), body, "k"), 400)["errors"]
        assert fault["pointer"] == f"#/{next(iter(change))}"

    def test_each_fault_is_named_by_its_place(self, top: Client, national: Bar) -> None:
        document = year("2", "2027-01-01", clauses={})
        faults = problem(post(top, at(national, "adopt"), adoption(document), "k"), 400)["errors"]
        assert len(faults) > 3
        assert all(fault["pointer"].startswith("#/document/") for fault in faults)

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_for_one_day_are_one(self, national: Bar) -> None:
        def adopt(version: str) -> str:
            try:
                return adopt_rulebook(national, year(version, "2027-01-01"), by=None).version
            except DomainError as error:
                return error.code
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(adopt, ("2", "3")))
        assert sorted(found)[1] == "day-taken"
        assert AdoptedRulebook.objects.count() == 2


@pytest.mark.parametrize("kind", RoleKind)
def test_roles_read_try_and_adopt_as_the_table_says(client: Client, national: Bar, kind: RoleKind) -> None:
    client.force_login(make_user(bar=national, role=kind))
    reads, tries, adopts = (
        kind in MAY[each] for each in (Action.READ_RULEBOOKS, Action.TRY_RULEBOOKS, Action.ADOPT_RULEBOOKS)
    )
    document = year("2", "2027-01-01")
    for address in (at(national), at(national, AdoptedRulebook.objects.get().pk)):
        assert client.get(address).status_code == (200 if reads else 404)
    refused = 403 if reads else 404
    assert post(client, at(national, "check"), document).status_code == (200 if tries else refused)
    before = tables()
    answer = post(client, at(national, "impact"), {"document": document}, "a")
    assert answer.status_code == (202 if tries else refused)
    assert tries or tables() == before
    before = tables()
    assert post(client, at(national, "adopt"), adoption(document), "b").status_code == (201 if adopts else refused)
    assert adopts or tables() == before


def test_another_bar_is_as_if_it_were_not_there(admin: Client, national: Bar) -> None:
    neighbour, document = make_bar("R-2", national), year("2", "2027-01-01")
    before = tables()
    for call, body in (("check", document), ("impact", {"document": document}), ("adopt", adoption(document))):
        problem(post(admin, at(neighbour, call), body, call), 404)
        problem(post(admin, at(national, call), body, call), 404)
    assert tables() == before
