"""Making a former member nobody: every word about them goes, every row that counts stays. It cannot be undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, ImportState, Membership, NameAlias, RollFile
from cle.core.append_only import erasing
from cle.core.errors import DomainError
from compliance.models import CalendarFeed, Excuse
from compliance.queries.retention import erasable_advocates
from compliance.services.erasing.accounts import close_account, forget_in_log
from compliance.services.erasing.words import ABOUT, PATHS, PERSON, Words
from courses.models import Evidence


def check_erasable(advocate: Advocate) -> None:
    """Raises DomainError: "erased-before", "membership-open", or "still-open" (a case, a claim, a request)."""
    if advocate.erased_at is not None:
        raise DomainError("erased-before", _("What was known about this person is erased already."))
    if Membership.objects.filter(advocate=advocate, period__upper_inf=True).exists():
        raise DomainError("membership-open", _("Members of a bar stay on its roll."))
    if not erasable_advocates(advocate.bar).filter(pk=advocate.pk).exists():
        raise DomainError("still-open", _("A case, a claim or a request of this person is open."))


@beyond_the_wall("how many rows of other bars say something about a person who is to be erased")
def words_about(advocate: Advocate) -> dict[str, int]:
    """How many rows would lose their words, by model: what a person confirms."""
    counts = {label: _spoken(label, words, advocate).count() for label, words in ABOUT.items()}
    return {"advocates.Advocate": 1, **{label: count for label, count in counts.items() if count}}


def anonymise(advocate: Advocate, *, now: dt.datetime) -> bool:
    """Blank everything that says who this was; True if there was something to blank. Safe to repeat.

    Raises DomainError like ``check_erasable`` but for "erased-before".
    """
    with erasing():
        person = Advocate.objects.select_for_update(of=("self",)).select_related("bar", "user").get(pk=advocate.pk)
        if person.erased_at is not None:
            return False
        check_erasable(person)
        _erase_evidence(person, now)
        CalendarFeed.objects.in_use().filter(advocate=person).update(revoked_at=now)
        for label, words in ABOUT.items():
            _blank(label, words, person)
        NameAlias.objects.filter(advocate=person, revoked_at=None).update(revoked_at=now, key="")
        _erase_rolls(person)
        close_account(person, now=now)
        forget_in_log(Advocate, person.pk)
        Advocate.objects.filter(pk=person.pk).update(**PERSON, erased_at=now, updated_at=now)
    return True


def _blank(label: str, words: Words, person: Advocate) -> None:
    rows = _about(label, person)
    if label == "advocates.NameAlias":
        rows = rows.exclude(revoked_at=None)  # a name in use is unique: it is revoked first, by the caller
    _write(rows, words)


def _write(rows: QuerySet[Any], words: Words) -> None:
    """One statement for each column, and only where there is something: a row that says nothing is left alone."""
    for column, blank in words.items():
        rows.exclude(_is_blank(rows.model, column, blank)).update(**{column: blank})


def _spoken(label: str, words: Words, person: Advocate) -> QuerySet[Any]:
    rows, silent = _about(label, person), Q()
    for column, blank in words.items():
        silent &= _is_blank(rows.model, column, blank)
    return rows.exclude(silent)


def _is_blank(model: type[Model], column: str, blank: Any) -> Q:
    found = Q(**{column: blank})
    return found | Q(**{column: ""}) if isinstance(blank, str) else found


def _about(label: str, person: Advocate) -> QuerySet[Any]:
    rows: QuerySet[Any] = apps.get_model(label)._base_manager.all()
    return rows.filter(**{PATHS.get(label, "advocate"): person.pk})


def _erase_evidence(person: Advocate, now: dt.datetime) -> None:
    """The files themselves, once all this is certain; that there were some stays."""
    kept = Evidence.objects.filter(advocate=person).exclude(file="")
    for evidence in kept:
        transaction.on_commit(partial(evidence.file.storage.delete, str(evidence.file.name)))
    kept.filter(removed_at=None).update(removed_at=now)
    for excuse in Excuse.objects.filter(advocate=person).exclude(paper=""):
        transaction.on_commit(partial(excuse.paper.storage.delete, str(excuse.paper.name)))


def _erase_rolls(person: Advocate) -> None:
    """Uploaded rolls that name the person: the files go whole, and the name in the list of who was missing."""
    for file in _rolls_naming(person):
        file.missing = [{**one, "name": ""} if one["advocate"] == person.pk else one for one in file.missing]
        file.content = b""
        if file.state != ImportState.APPLIED:
            file.state = ImportState.DISCARDED
        file.save(update_fields=["missing", "content", "state"])


def _rolls_naming(person: Advocate) -> Iterator[RollFile]:
    named = Q(lines__advocate=person) | Q(missing__contains=[{"advocate": person.pk}])
    yield from RollFile.objects.filter(pk__in=RollFile.objects.filter(named).values("pk")).order_by("pk")
