"""The logged-in advocate's account explained, as it is and as it would be. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.models import Advocate
from cle.core.clock import local_date, now
from compliance.api.scoping import OwnScopedView
from compliance.api.serializers import language
from compliance.rules import FactsError, RulebookError, RuleProblem
from compliance.rules.report import report_of
from compliance.rules.speech import spoken_of
from compliance.rules.suppose import Supposition, read_supposition
from compliance.services.explaining import account_of, sections

MOST = 200
"""Supposed credits and turns in one question: more than anybody takes in a period."""


_BODY = {"$ref": "#/components/schemas/Supposition"}
COURSES = OpenApiExample(
    "If I take these courses",
    value={"credits": [{"on": "2026-12-05", "category": "ethics", "format": "live_online", "minutes": 90}]},
    request_only=True,
)
PAUSE = OpenApiExample(
    "If my licence is suspended at my own request from 1 December",
    value={"statuses": [{"status": "suspended_own", "from": "2026-12-01"}]},
    request_only=True,
)


class CannotAssess(APIException):
    """The rules of the bar need to know something that is not recorded."""

    status_code = 409
    default_detail = _("The rules of the bar need something that is not recorded.")
    default_code = "facts-missing"


class Explanation(OwnScopedView):
    """The figures of each period with their clauses and steps, what each credit counts for, and the same in words."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return explained(self.advocate, None)


class WhatIf(OwnScopedView):
    """The same as it would be with more credits, another status or role from a day on, or after leaving the bar."""

    @extend_schema(request={"application/json": _BODY}, responses=OpenApiTypes.OBJECT, examples=[COURSES, PAUSE])
    def post(self, request: Request) -> Response:
        return explained(self.advocate, _read(request.data))


def explained(advocate: Advocate, supposed: Supposition | None) -> Response:
    """The account of an advocate, as it is or as it would be, as data and in the language of the request."""
    today = local_date(now(), advocate.bar.time_zone)
    try:
        counted = account_of(advocate, today, supposed)
    except FactsError as error:
        raise CannotAssess from error
    if counted is None:
        raise NotFound(_("The bar has no rules in force yet."), code="no-rules")
    words = {"summary": spoken_of(counted, today, language()), "sections": sections(counted, language())}
    return Response({**report_of(counted, today), "words": words})


def _read(data: Any) -> Supposition:
    if not isinstance(data, dict):
        raise ValidationError(_("Must be an object."))
    if any(len(part) > MOST for part in data.values() if isinstance(part, list)):
        raise ValidationError(_("Too many suppositions in one question."))
    try:
        return read_supposition(data)
    except RulebookError as error:
        raise ValidationError(_nested(error.problems)) from error


def _nested(problems: Iterable[RuleProblem]) -> dict[str, Any]:
    """Faults by the keys that lead to them, as REST framework has them."""
    found: dict[str, Any] = {}
    for problem in problems:
        *outer, last = problem.path.split(".")
        here = found
        for step in outer:
            here = here.setdefault(step, {})
        here.setdefault(last, []).append(problem.message)
    return found
