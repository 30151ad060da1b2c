"""Browsers of people who work for a bar, and small rolls to look at."""

from __future__ import annotations

from typing import Any

from django.test import Client
from openpyxl import load_workbook

from advocates.models import Bar, RoleKind, Unit
from tests.factories import make_user


def browser_of(bar: Bar, role: RoleKind = RoleKind.COMPLIANCE_OFFICER, unit: Unit | None = None) -> Client:
    user = make_user(bar=bar, role=role)
    user.roles.update(unit=unit)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def sheet_of(answer: Any) -> list[list[Any]]:
    """The cells of a workbook that was answered, row by row."""
    from io import BytesIO

    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True)]
