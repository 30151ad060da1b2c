"""Problem documents made from errors, without a view around them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers

from cle.core.errors import DomainError, FileRefused
from cle.core.problems import problem_response


class _Line(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(min_value=1)


class _Claim(serializers.Serializer[Any]):
    title = serializers.CharField()
    lines = _Line(many=True)
    days = serializers.ListField(child=serializers.DateField(), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        raise serializers.ValidationError("Nothing fits together.")


def _pointers(body: dict[str, Any]) -> list[str]:
    with pytest.raises(exceptions.ValidationError) as caught:
        _Claim(data=body).is_valid(raise_exception=True)
    response = problem_response(caught.value, {})
    assert response is not None
    return [fault["pointer"] for fault in response.data["errors"]]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"lines": []}, ["#/title"]),
        ({"title": "t", "lines": [{"minutes": 1}, {"minutes": 0}]}, ["#/lines/1/minutes"]),
        ({"title": "t", "lines": [], "days": ["2025-01-01", "x"]}, ["#/days/1"]),
        ({"title": "t", "lines": []}, ["#"]),
    ],
    ids=["a field", "a member's field", "a member", "the whole"],
)
def test_faults_point_into_the_body(body: dict[str, Any], pointers: list[str]) -> None:
    assert _pointers(body) == pointers


def test_odd_names_are_escaped() -> None:
    response = problem_response(exceptions.ValidationError({"a/b~c d": ["wrong"]}), {})
    assert response is not None
    assert response.data["errors"] == [{"pointer": "#/a~1b~0c%20d", "detail": "wrong"}]


@pytest.mark.parametrize(
    ("error", "status", "kind", "title"),
    [
        (Http404(), 404, "about:blank", "Not Found"),
        (PermissionDenied(), 403, "about:blank", "Forbidden"),
        (exceptions.NotFound("gone", code="gone-away"), 404, "urn:problem-type:cle:gone-away", "Not Found"),
        (exceptions.Throttled(wait=30), 429, "about:blank", "Too Many Requests"),
        (exceptions.ParseError(), 400, "about:blank", "Bad Request"),
    ],
)
def test_other_errors_keep_their_status(error: Exception, status: int, kind: str, title: str) -> None:
    response = problem_response(error, {})
    assert response is not None
    assert (response.status_code, response.data["status"], response.content_type) == (
        status, status, "application/problem+json",
    )  # fmt: skip
    assert (response.data["type"], response.data["title"]) == (kind, title)
    assert response.data["detail"]
    assert "errors" not in response.data


def test_headers_survive() -> None:
    response = problem_response(exceptions.Throttled(wait=30), {})
    assert response is not None
    assert response.headers["Retry-After"] == "30"


def test_faults_of_the_program_are_not_dressed_up() -> None:
    assert problem_response(KeyError("x"), {}) is None


@pytest.mark.parametrize(
    ("place", "named"),
    [({"row": 7, "column": "ФИО"}, {"row": 7, "column": "ФИО"}), ({"row": 7}, {"row": 7}), ({}, {})],
    ids=["a cell", "a row", "the whole"],
)
def test_a_refused_file_says_where(place: dict[str, Any], named: dict[str, Any]) -> None:
    response = problem_response(FileRefused("no-names", "There is no column of names.", **place), {})
    assert response is not None
    assert (response.status_code, response.content_type) == (400, "application/problem+json")
    assert response.data["type"] == "urn:problem-type:cle:no-names"
    assert response.data["errors"] == [{"pointer": "#/file", "detail": "There is no column of names.", **named}]


def test_what_the_rules_do_not_allow_is_a_conflict_with_its_code() -> None:
    response = problem_response(DomainError("own-claim", "Nobody may approve their own claim."), {})
    assert response is not None
    assert (response.status_code, response.data["type"]) == (409, "urn:problem-type:cle:own-claim")
    assert response.data["detail"] == "Nobody may approve their own claim."
