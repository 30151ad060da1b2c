"""The queue. State lives in PostgreSQL: losing every message loses nothing, the next look finds the work again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from celery import Celery, Task

if TYPE_CHECKING:
    _Task = Task[Any, Any]
else:
    _Task = Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cle.settings")

ASKER = "cle_asker"
"""The header of a message that says who set the task off: [user, address, request]."""


class NamedTask(_Task):
    """Work in the name of whoever set it off, if anybody; beat sets things off in nobody's."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any:
        from advocates.acting import actor

        who = actor()
        if who.request:
            headers = {**(options.pop("headers", None) or {}), ASKER: [who.user, who.address, who.request]}
            options["headers"] = headers
        return super().apply_async(args, kwargs, *rest, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from advocates.acting import acting

        user, address, request = (self.request.headers or {}).get(ASKER) or (None, "", "")
        with acting("task", user=user, address=address, request=request):
            return self.run(*args, **kwargs)


app = Celery("cle", task_cls=NamedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
