"""Openings of files with the roles that their readers had at the time."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from advocates.models import Bar, FileRead, Role


def with_roles(reads: QuerySet[FileRead]) -> QuerySet[FileRead]:
    """With reader, bar and roles: as many statements for a hundred as for one."""
    roles = Role.objects.select_related("bar").order_by("given_at", "pk")
    whole = reads.select_related("reader", "bar__parent")
    return whole.prefetch_related(Prefetch("reader__roles", roles))


def let_in_by(read: FileRead) -> list[Role]:
    """Roles that the reader had at the time, at the bar that kept the file or at the ones above it."""
    bars: set[int] = set()
    bar: Bar | None = read.bar
    while bar is not None:
        bars.add(bar.pk)
        bar = bar.parent
    return [
        role
        for role in read.reader.roles.all()
        if role.bar_id in bars and role.given_at <= read.at and (role.ended_at is None or read.at < role.ended_at)
    ]
