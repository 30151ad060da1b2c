"""Answers to calls with a key are kept for a day and no longer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from advocates.models import IdempotentRequest
from advocates.services.requests import KEPT, forget_answers
from tests.factories import make_bar, make_user


@pytest.mark.django_db
def test_an_answer_is_forgotten_after_its_day() -> None:
    made = IdempotentRequest.objects.create(bar=make_bar(), user=make_user(), key="k", fingerprint="0" * 64)
    assert forget_answers(now=made.made_at + KEPT) == 0
    assert forget_answers(now=timezone.now() + KEPT + dt.timedelta(seconds=1)) == 1
    assert not IdempotentRequest.objects.exists()
