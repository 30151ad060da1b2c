"""Open lines of a previewed roll: whom they name is said before the roll is applied, and decided along with it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, ImportState, Outcome, RollFile, RollLine
from cle.core.errors import DomainError


@transaction.atomic
def choose_line(line: RollLine, *, advocate: Advocate | None) -> RollLine:
    """The open line names this advocate of the bar, or (None) a new person; saying it anew replaces what was said.

    Nothing else changes until the roll is applied. Raises DomainError "roll-not-previewed", "line-decided",
    "advocate-of-another-bar".
    """
    if advocate is not None and advocate.bar_id != line.bar_id:
        raise DomainError("advocate-of-another-bar", _("Choose an advocate of this bar."))
    return _said(line, advocate, new=advocate is None)


@transaction.atomic
def leave_line_open(line: RollLine) -> RollLine:
    """Take back what was chosen. Raises DomainError as ``choose_line``."""
    return _said(line, None, new=False)


def _said(line: RollLine, advocate: Advocate | None, *, new: bool) -> RollLine:
    file = RollFile.objects.select_for_update().only("state").get(pk=line.file_id, bar=line.bar_id)
    if file.state != ImportState.PREVIEWED:
        raise DomainError("roll-not-previewed", _("This roll does not wait to be applied any more."))
    line = RollLine.objects.get(pk=line.pk, bar=line.bar_id)
    if line.outcome != Outcome.AMBIGUOUS:
        raise DomainError("line-decided", _("This line is not open."))
    line.chosen, line.chosen_new = advocate, new
    line.save(update_fields=["chosen", "chosen_new"])
    return line
