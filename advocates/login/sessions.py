"""Sessions in the database, as Django keeps them, so that logging out takes effect at once and everywhere."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from cle.core.prepared import Prepared

_BY_KEY = Prepared[Session](lambda key: Session.objects.filter(session_key=key), str)


class SessionStore(db.SessionStore):
    """Differs in how a session is looked up alone: each request of somebody who has logged in does so first."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Any:
        found = _BY_KEY.first(self.session_key)
        if found is not None and found.expire_date > timezone.now():
            return found
        self._session_key = None
        return None
