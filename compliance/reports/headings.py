"""What the columns of the quarterly report are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HEADINGS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "members": _("members on the last day"),
        "joined": _("joined"),
        "left": _("left"),
        "active": _("active on the last day"),
        "suspended_own": _("suspended on the last day: own request, office or service"),
        "suspended_cle": _("suspended on the last day: raising qualification"),
        "suspended_other": _("suspended on the last day: other ground"),
        "newly_suspended_cle": _("suspended in the quarter: raising qualification"),
        "terminated": _("licences terminated"),
        "deprived": _("deprived of licence"),
        "excluded": _("excluded, licence kept"),
        "sessions_held": _("sessions held"),
        "attended": _("attendances"),
        "advocates_attending": _("advocates who attended"),
        "credit_minutes": _("minutes of credit earned"),
        "certificates_issued": _("certificates issued"),
        "notices_sent": _("notices of raising qualification sent"),
        "cases_opened": _("cases opened"),
        "cases_cured": _("cases closed because the hours were made up"),
        "petitions_drafted": _("petitions for suspension drafted"),
    }
)
BAR: Final = _("bar association")
CODE: Final = _("code")
TITLE: Final = _("Raising the qualification of advocates: quarter %(quarter)s of %(year)s")
LEFT_OUT: Final = (
    _("The national bar's own form of the report: it was not at hand when this was written."),
    _("Legal aid, fees and disciplinary proceedings: they are not kept here."),
)
