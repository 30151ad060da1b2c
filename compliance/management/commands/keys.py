from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from django.core.management.base import BaseCommand, CommandParser

from compliance.services.credentials import public_keys, rotate_key
from compliance.services.signing import certificates, rotate_documents_key


class Command(BaseCommand):
    help = "List the keys that sign credentials and papers, or sign with new ones of the installation from now on."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["list", "rotate"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "rotate":
            rotate_key()
            rotate_documents_key()
        for place, key in enumerate(public_keys()):
            self.stdout.write(f"{key.thumbprint()}  {'has signed' if place else 'signs'} credentials")
        for certificate in certificates():
            until, name = certificate.not_valid_after_utc, certificate.subject.rfc4514_string()
            self.stdout.write(f"{certificate.fingerprint(SHA256()).hex()}  papers, until {until:%Y-%m-%d}: {name}")
