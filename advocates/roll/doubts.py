"""Why a line of a roll is left for a person to decide. The texts name nobody."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Text

DOUBTS: Mapping[str, Text] = {
    "several-matches": _("The line fits several advocates of the bar."),
    "same-advocate": _("Another line of the file already names the only advocate whom this line fits."),
    "duplicate-line": _("Row %(row)s of the file already names this person."),
    "duplicate-national-id": _("Rows with different names have the same national identifier."),
    "membership-ended": _(
        "This person's membership of the bar has ended. Record a new membership first if the person has come back."
    ),
    "other-bar": _(
        "This person is on the roll of another bar. That bar, or the national one, records the move in the advocate's "
        "file."
    ),
    "id-of-another": _("The national identifier belongs to somebody with another name and another licence."),
    "national-id-differs": _("An advocate of this name is on record with another national identifier."),
    "licence-differs": _(
        "An advocate of this name is on record with another licence: a namesake, or a licence issued anew?"
    ),
    "namesakes": _("Several people bear this name, and the licence numbers do not tell them apart."),
    "name-differs": _("An advocate with this licence is on record under another name."),
    "spelling": _("An advocate is on record whose name differs only in its spelling."),
}
