"""Giving and withdrawing consent to the processing of personal data, and answering in time (Law No. 94-V, Art. 8)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.consent_texts import WITHDRAWN_IN, ConsentText, current_text
from advocates.models import Advocate, Bar, Consent, Given, Operator, User, Withdrawal
from advocates.working_days import add_working_days
from cle.core.clock import local_date
from cle.core.errors import DomainError


def name_operator(bar: Bar, **fields: str) -> Operator:
    """Say, or correct, under which number the bar processes personal data and who is responsible for them."""
    return Operator.objects.update_or_create(bar=bar, defaults=fields)[0]


def offered_text(bar: Bar, language: str, today: dt.date) -> tuple[Operator, ConsentText]:
    """Who asks for consent, and the text in force. Raises DomainError "no-operator" or "no-consent-text"."""
    operator = Operator.objects.filter(bar=bar).first()
    if operator is None:
        raise DomainError("no-operator", _("The bar has not said yet under which number it processes personal data."))
    text = current_text(bar.jurisdiction, language, today)
    if text is None:
        raise DomainError("no-consent-text", _("There is no text of a consent for this jurisdiction."))
    return operator, text


def as_shown(operator: Operator, text: ConsentText, advocate: Advocate) -> dict[str, Any]:
    """The text as it is shown to this advocate."""
    name = operator.bar.name_in(text.language)
    said = text.text.format(subject=advocate.full_name, operator=name, number=operator.number)
    names = ("version", "language", "example", "term", "third_parties", "cross_border", "publication", "data")
    return {
        **{field: getattr(text, field) for field in names},
        "operator_name": name,
        "operator_number": operator.number,
        "responsible_name": operator.responsible_name,
        "responsible_contact": operator.responsible_contact,
        "text": said,
    }


@transaction.atomic
def give_consent(
    advocate: Advocate, version: str, language: str, *, by: User, now: dt.datetime, document: str = ""
) -> Consent:
    """Record consent to the text in force: by the advocate, or on paper (``document``) by staff.

    Raises DomainError: "no-operator", "no-consent-text", "consent-text-changed" when ``version`` is not the one in
    force, "consent-given" when it stands already.
    """
    advocate = Advocate.objects.select_for_update(of=("self",)).select_related("bar").get(pk=advocate.pk)
    today = local_date(now, advocate.bar.time_zone)
    operator, text = offered_text(advocate.bar, language, today)
    if text.version != version:
        raise DomainError("consent-text-changed", _("The text has changed. Read it again."))
    if Consent.objects.filter(advocate=advocate, bar=advocate.bar, version=version).standing(today).exists():
        raise DomainError("consent-given", _("This consent was given before and stands."))
    return Consent.objects.create(
        bar=advocate.bar, advocate=advocate, operator_name=advocate.bar.name_in(language),
        operator_number=operator.number, subject_name=advocate.full_name, given_at=now, recorded_by=by,
        how=Given.PAPER if document else Given.PAGE, document=document, **_terms(text, today),
    )  # fmt: skip


def _terms(text: ConsentText, today: dt.date) -> dict[str, Any]:
    happens = {name: getattr(text, name) for name in ("third_parties", "cross_border", "publication")}
    return {
        "version": text.version,
        "language": text.language,
        "example": text.example,
        "term": text.term,
        "until": today + relativedelta(months=text.months) if text.months else None,
        "data": list(text.data),
        **{name: bool(said) for name, said in happens.items()},
        **{f"{name}_note": said for name, said in happens.items()},
    }


@transaction.atomic
def withdraw_consent(consent: Consent, *, by: User, now: dt.datetime, document: str = "") -> Withdrawal:
    """Take a consent back; the bar has 15 working days from the day after to answer (Art. 8(7)).

    Raises DomainError "consent-withdrawn" when that was done before.
    """
    consent = Consent.objects.select_for_update(of=("self",)).select_related("advocate__bar").get(pk=consent.pk)
    if Withdrawal.objects.filter(consent=consent).exists():
        raise DomainError("consent-withdrawn", _("This consent was withdrawn before."))
    bar = consent.advocate.bar
    due = add_working_days(local_date(now, bar.time_zone), WITHDRAWN_IN, bar.jurisdiction)
    return Withdrawal.objects.create(
        bar=bar, advocate=consent.advocate, consent=consent, withdrawn_at=now, answer_due_on=due, recorded_by=by,
        how=Given.PAPER if document else Given.PAGE, document=document,
    )  # fmt: skip


@transaction.atomic
def answer_withdrawal(
    withdrawal: Withdrawal, answer: Withdrawal.Answer, *, reason: str = "", by: User, now: dt.datetime
) -> Withdrawal:
    """Say that the processing was stopped, or refuse with reasons; once, and never about oneself.

    Raises DomainError: "own-request", "withdrawal-answered", "reason-needed".
    """
    locked = Withdrawal.objects.select_for_update(of=("self",)).select_related("advocate").get(pk=withdrawal.pk)
    if locked.advocate.user_id == by.pk:
        raise DomainError("own-request", _("Nobody answers their own request."))
    if locked.answered_at is not None:
        raise DomainError("withdrawal-answered", _("This withdrawal was answered before."))
    if answer == Withdrawal.Answer.REFUSED and not reason.strip():
        raise DomainError("reason-needed", _("A refusal needs its reasons."))
    locked.answered_at, locked.answered_by, locked.answer, locked.reason = now, by, answer, reason.strip()
    locked.save(update_fields=["answered_at", "answered_by", "answer", "reason"])
    return locked
