"""Adopting a rulebook."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar, User
from cle.core.errors import DomainError
from compliance.models import AdoptedRulebook
from compliance.queries.rules import rules_of
from compliance.rules.rulebook import combine, parse_rulebook


def digest(document: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a document."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def adopt_rulebook(bar: Bar, document: dict[str, Any], *, decision: str = "", by: User | None) -> AdoptedRulebook:
    """Adopt a document for a bar from its ``effective_from``. The very same document again is a no-op.

    Raises RulebookError when the document is faulty or lowers what the bars above require, and DomainError
    when this version was adopted with other contents or another document starts on that day.
    """
    rulebook = parse_rulebook(document)
    sha256 = digest(document)
    same = AdoptedRulebook.objects.filter(bar=bar, code=rulebook.code, version=rulebook.version).first()
    if same is not None:
        if same.sha256 == sha256:
            return same
        raise DomainError("version-taken", _("This version was adopted with other contents: give it a new number."))
    if AdoptedRulebook.objects.filter(bar=bar, effective_from=rulebook.effective_from).exists():
        raise DomainError("day-taken", _("Another rulebook of this bar starts on that day."))
    above = rules_of(bar.parent).at(rulebook.effective_from) if bar.parent else None
    if above is not None:
        combine(above.rulebook, rulebook)  # raises when it would lower the floor
    return AdoptedRulebook.objects.create(
        bar=bar, code=rulebook.code, version=rulebook.version, effective_from=rulebook.effective_from,
        document=document, sha256=sha256, decision=decision, adopted_by=by,
    )  # fmt: skip
