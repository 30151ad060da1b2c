"""Whether a previewed roll may be carried out as its lines have it, without making its plan once more.

A plan follows from the file, the release, the bar's records, and who of other bars has name and licence of a line. As
long as none of them is another, neither is the plan. Other bars matter only to lines that neither identifier nor
licence has given to an advocate on record: whatever is new, open, or gives a licence to somebody who had none on
record. All of these lines have the licence stored.
"""

from __future__ import annotations

import hashlib
import json

from advocates.identifiers import licence_key
from advocates.models import RollFile
from advocates.queries.roll import Elsewhere, members_elsewhere, records_behind
from advocates.roll.known import bare_licence
from advocates.services.roll_lines import licences_said
from cle.core import release


def basis_of(file: RollFile, records: str, elsewhere: Elsewhere) -> str:
    """``records``: of the bar; ``elsewhere``: of those licences of the file's lines that are stored."""
    found = [release.build(), file.bar.jurisdiction, records, sorted(elsewhere)]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def basis_now(file: RollFile) -> str:
    elsewhere = members_elsewhere(file.bar_id, stored_licences(file))
    return basis_of(file, records_behind(file.bar_id), elsewhere)


def stored_licences(file: RollFile) -> set[str]:
    """As ``members_elsewhere`` tells them."""
    return {bare_licence(licence_key(text)) for text in licences_said(file)}
