"""What is done at an empty server, in a process of its own: ``python -m tests.core.drill FOLDER BACKUP DAMAGED…``.

Restores after the damaged ones have been refused, and prints what is there then.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import django


def main(folder: str, whole: str, *damaged: str) -> None:
    django.setup()
    from django.core.management import CommandError, call_command
    from django.utils import translation

    from advocates.models import Bar
    from compliance.models import Certificate
    from compliance.services.certificates.files import write_certificates
    from tests.house.rows import digest

    said: dict[str, Any] = {"refused": []}
    for file in damaged:
        try:
            with translation.override("en"):
                call_command("restore", file, quiet=True)
        except CommandError as refused:
            said["refused"].append(str(refused))
        assert not Bar.objects.exists()
    call_command("restore", whole, quiet=True, stdout=io.StringIO())
    said["digest"] = digest()
    write_certificates(Certificate.objects.all(), Path(folder))
    said["papers"] = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in Path(folder).rglob("*.pdf")}
    bar = Bar.objects.create(code="NEW", name_kk="x", name_ru="x")  # with the next key, not with one that is taken
    said["next"] = bar.pk == max(Bar.objects.values_list("pk", flat=True))
    bar.delete()
    told = io.StringIO()
    with contextlib.suppress(SystemExit):
        call_command("doctor", all=True, json=True, language="en", stdout=told)
    said["doctor"] = json.loads(told.getvalue())
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
