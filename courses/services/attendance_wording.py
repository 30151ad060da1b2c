"""Why a person of a report was not credited at once, in words for whoever reviews it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Problem, Text

NOT_A_MEMBER = "not-a-member"
ALREADY_IN_REVIEW = "already-in-review"
DISMISSED_BEFORE = "dismissed-before"

REASONS: dict[str, Text] = {
    "no-name": _("There is no name, address or number by which the person could be found."),
    "not-on-roll": _("Not on the roll of this bar."),
    "similar": _("Not on the roll of this bar under this name; some names are similar."),
    "namesakes": _("Several people of the roll have this name."),
    "letters-lost": _("The name has lost letters, so it identifies nobody."),
    "initials": _("Initials are not enough to tell people apart."),
    "shared-licence": _("Several people of the roll have this licence number."),
    "shared-email": _("Several people of the roll have this e-mail."),
    "licence-name-disagree": _("The licence number is that of somebody with another family name."),
    "licence-differs": _("The licence number is not the one on the roll."),
    "evidence-disagrees": _("The name, the e-mail and earlier decisions point to different people."),
    "same-name-different-mail": _("The same name was present at the same time with another e-mail."),
    NOT_A_MEMBER: _("Not a member of this bar on the day of the session, or no longer one of any bar."),
    ALREADY_IN_REVIEW: _("The same row of the same file already waits for a decision."),
    DISMISSED_BEFORE: _("The same row of the same file was dismissed before."),
}


def doubt(code: str, row: int) -> Problem:
    return Problem(code, REASONS[code], row)
