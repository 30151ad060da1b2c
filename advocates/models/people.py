"""The regulated person."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

from advocates.models.bars import Bar, Language, Unit
from advocates.ordering import KazakhOrder
from advocates.scoping import BarQuerySet
from advocates.searching import BeginsEach, NameWords, beginnings
from cle.core.sealed_fields import DigestOf, SealedTextField


class PracticeForm(models.TextChoices):
    """Forms of practice: Law No. 176-VI, Art. 49, 62-64."""

    CONSULTATION = "consultation", _("legal consultation")
    OFFICE = "office", _("advocates' office")
    INDIVIDUAL = "individual", _("individually")


class AdvocateQuerySet(BarQuerySet["Advocate"]):
    def of(self, user: object) -> Self:
        """The logged-in advocate's own row and nothing else."""
        return self.filter(user=user)

    def in_status(self, status: str, day: dt.date) -> Self:
        return self.filter(statuses__status=status, statuses__period__contains=day)

    def named(self, text: str) -> Self:
        """Each word of the text begins a word of the name, former names included, in whatever script each is written.

        Much is let pass that only sounds alike: for somebody to choose from, never to match people by.
        """
        query = beginnings(text)
        return self.filter(BeginsEach(query)) if query else self.none()

    def without_email(self) -> Self:
        return self.filter(email="")

    def by_name(self) -> Self:
        """In the order of the Kazakh alphabet."""
        return self.order_by(KazakhOrder("full_name"), "pk")


class Advocate(models.Model):
    """An advocate on the roll of one bar.

    ``bar`` is the bar of the open membership; the history is in ``Membership``. ``name_key`` and
    ``licence_key`` are for comparing only, ``search_key`` for searching (``named``), ``full_name`` is exactly as the
    bar typed it. The licence number
    is text (older series begin with zeros) and is not unique: different people share numbers in the
    national register. ``version`` grows with each change of status or membership, so that standings
    computed before it can be told to be behind.

    ``erased_at`` is set once everything that says who it was is gone: the row stays, for the counts.

    PII: name, licence, contacts, national identifier (optional and sealed; never birth date or sex).
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="advocates", db_index=False)  # that of names serves it
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="advocate"
    )
    full_name = models.CharField(_("full name"), max_length=300)
    family_name = models.CharField(_("family name"), max_length=100)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    patronymic = models.CharField(_("patronymic"), max_length=100, blank=True)
    name_key = models.CharField(max_length=300, editable=False)
    search_key = models.CharField(max_length=700, editable=False, db_default="")
    licence_number = models.CharField(_("licence number"), max_length=50, blank=True)
    licence_key = models.CharField(max_length=50, blank=True, editable=False)
    licence_date = models.DateField(_("licence date"), null=True, blank=True)
    joined_on = models.DateField(_("date of joining"), null=True, blank=True)
    practice_form = models.CharField(_("form of practice"), max_length=20, choices=PracticeForm, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="advocates")
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    national_id = SealedTextField(_("national identifier"), place="advocate.national_id", blank=True)
    version = models.BigIntegerField(default=0, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AdvocateQuerySet.as_manager()

    class Meta:
        verbose_name = _("advocate")
        verbose_name_plural = _("advocates")
        indexes = [
            models.Index(fields=["bar", "id"], include=["search_key"], name="advocate_names_of_bar"),
            models.Index("bar", KazakhOrder("full_name"), name="advocate_by_name"),
            models.Index(fields=["bar", "name_key"], name="advocate_name_key"),
            GinIndex(NameWords("search_key"), name="advocate_two_words"),
            models.Index(fields=["licence_key"], name="advocate_licence_key"),
            models.Index(
                Func(F("licence_key"), Value("0"), function="ltrim"),
                name="advocate_licence_bare",
                condition=~models.Q(licence_key=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(full_name=""), name="advocate_has_a_name"),
            models.UniqueConstraint(
                "bar",
                DigestOf("national_id"),
                condition=~models.Q(national_id=""),
                name="advocate_national_id_once",
                violation_error_message=_("Another advocate of the bar has this national identifier."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class NameAlias(models.Model):
    """How a person of this bar signs in to meetings, once somebody decided whose name it is. Revocable.

    PII: a display name.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="name_aliases")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="aliases")
    key = models.CharField(max_length=300)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = BarQuerySet["NameAlias"].as_manager()

    class Meta:
        verbose_name = _("name alias")
        verbose_name_plural = _("name aliases")
        constraints = [
            models.UniqueConstraint(fields=["bar", "key"], condition=models.Q(revoked_at=None), name="alias_once")
        ]

    def __str__(self) -> str:
        return self.key
