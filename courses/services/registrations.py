"""What an advocate does about a place in a session, by themselves."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from cle.core.errors import DomainError
from courses.models import Registration, Session
from courses.services.sessions import cancel_registration


@beyond_the_wall("places taken by others, and the next one in the waiting list")
@transaction.atomic
def give_up(registration: Registration, *, now: dt.datetime) -> Registration:
    """Leave the place to the first in the waiting list. Twice is once.

    Raises DomainError once the session has begun: who stayed away has stayed away.
    """
    session = Session.objects.select_for_update().get(pk=registration.session_id)
    if session.starts_at <= now and registration.state != Registration.State.CANCELLED:
        raise DomainError("session-begun", _("The session has begun; a place can no longer be given up."))
    cancel_registration(session, registration.advocate, now=now)
    registration.refresh_from_db()
    return registration
