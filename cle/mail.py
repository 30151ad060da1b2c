"""An e-mail backend that files each message as an .eml, for installations without a mail server and for the demo."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Writes ``<message id>.eml`` into ``settings.EMAIL_FOLDER``; the same message again is the same file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = re.sub(r"[^A-Za-z0-9.@-]", "", message["Message-ID"])
            (folder / f"{name}.eml").write_bytes(message.as_bytes())
        return len(email_messages)
