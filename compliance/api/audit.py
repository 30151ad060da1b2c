"""The audit trail of a bar for those who watch over it, and for advocates: who has opened their file."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Advocate, Bar, Change, FilePart, FileRead, Role, User
from advocates.queries.reads import let_in_by, with_roles
from cle.core.clock import local_midnight
from cle.core.pagination import KeysetPagination
from compliance.api.parameters import IsoDateField, KeyField, PageParameters, Parameters
from compliance.api.scoping import BarScopedList, OwnListView
from compliance.api.serializers import BarSerializer

USERS = User._meta.db_table


class DayParameters(PageParameters):
    """Both days are included, in the bar's zone."""

    since = IsoDateField(required=False)
    until = IsoDateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("since"), attrs.get("until")
        if first and last and last < first:
            raise serializers.ValidationError({"until": _("Must not be before since.")})
        return attrs


class ChangeParameters(DayParameters):
    """``table`` as PostgreSQL calls it, for example ``courses_entry``; both days are included, in the bar's zone."""

    advocate = KeyField(required=False)
    user = KeyField(required=False)
    table = serializers.RegexField(r"^[a-z_]{1,63}\Z", required=False)


class PersonChangeParameters(ChangeParameters):
    advocate = None  # type: ignore[assignment]


class ActorSerializer(serializers.Serializer[Any]):
    """``name`` is null of somebody who is known to another bar alone."""

    id = serializers.IntegerField(source="user_id")
    name = serializers.CharField(source="user.name", allow_null=True, default=None)


class AuditedChangeSerializer(serializers.ModelSerializer[Change]):
    """``before`` and ``after`` hold the columns that changed; the whole row where it was entered or deleted.

    Secrets stand as "•••", contents of files as "sha256:…". ``user`` is null where nobody had logged in: ``source``
    then says what it was ("task", "command"; "" for statements from outside the program). Changes with the same
    ``request`` were set off by one request; its answer said so in `X-Request-ID`.
    """

    user = serializers.SerializerMethodField()
    advocate = serializers.IntegerField(source="advocate_id", allow_null=True)
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)

    @extend_schema_field(ActorSerializer(allow_null=True))
    def get_user(self, change: Change) -> Any:
        return None if change.user_id is None else ActorSerializer(change).data

    class Meta:
        model = Change
        fields = ["id", "at", "action", "table", "row", "advocate", "user", "address", "source", "request", "before",
                  "after"]  # fmt: skip


class NewestFirst(KeysetPagination):
    ordering = ("-pk",)


class Changes(BarScopedList):
    """What was entered, changed and deleted at the bar, by whom and from where: the newest first.

    Accounts belong to no bar: `table=advocates_user` shows those of users who have, or had, a role at this one.
    """

    purpose = Action.READ_AUDIT
    parameters: ClassVar[type[Parameters]] = ChangeParameters
    serializer_class = AuditedChangeSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Change]:
        asked = {name: self.asked[name] for name in ("advocate", "user", "table") if name in self.asked}
        rows = _of_accounts(self.bar) if asked.get("table") == USERS else Change.objects.for_bar(self.bar)
        return rows.filter(_between(self.bar, self.asked), **asked).select_related("user")


class AdvocateChanges(Changes):
    """What was entered, changed and deleted in the file of somebody of the bar, as long as the bar has kept it."""

    parameters = PersonChangeParameters
    opens = FilePart.CHANGES

    def get_queryset(self) -> QuerySet[Change]:
        person: Advocate = get_object_or_404(self.people(), pk=self.kwargs["advocate"])
        return super().get_queryset().filter(advocate=person)

    def get(self, request: Request, bar: str, advocate: int = 0) -> Response:
        return self.list(request)


def _of_accounts(bar: Bar) -> QuerySet[Change]:
    users = Role.objects.for_bar(bar).annotate(key=Cast("user_id", TextField())).values("key")
    return Change.objects.filter(bar=None, table=USERS, row__in=users)


def _between(bar: Bar, asked: dict[str, Any]) -> Q:
    found = Q()
    if since := asked.get("since"):
        found &= Q(at__gte=local_midnight(since, bar.time_zone))
    if until := asked.get("until"):
        found &= Q(at__lt=local_midnight(until + dt.timedelta(days=1), bar.time_zone))
    return found


class ReadSerializer(serializers.ModelSerializer[FileRead]):
    """``roles`` are those of the reader at that time at the bar or above it; none for the operators of the site."""

    reader = serializers.SerializerMethodField()
    roles = serializers.SerializerMethodField()
    part_name = serializers.CharField(source="get_part_display")
    bar = BarSerializer()

    class Meta:
        model = FileRead
        fields = ["at", "part", "part_name", "reader", "roles", "bar"]

    def get_reader(self, read: FileRead) -> str:
        return read.reader.name

    def get_roles(self, read: FileRead) -> list[str]:
        return [str(role.get_kind_display()) for role in let_in_by(read)]


class KnownSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class KnownPersonSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="full_name")


class LatestFirst(KeysetPagination):
    ordering = ("-at", "-pk")


class Readers(OwnListView):
    """Who has opened your file, when, and what of it: the latest first, once an hour for each reader and part.

    Lists of many advocates do not count, nor does what you read yourself.
    """

    serializer_class = ReadSerializer
    pagination_class = LatestFirst

    def get_queryset(self) -> QuerySet[FileRead]:
        return with_roles(FileRead.objects.of(self.user))


class ReadingParameters(DayParameters):
    """``reader`` and ``advocate`` by their keys; both days are included, in the bar's zone."""

    reader = KeyField(required=False)
    advocate = KeyField(required=False)


class BarReadSerializer(ReadSerializer):
    """``roles`` are those of the reader at that time at the bar or above it; none for the operators of the site.

    ``request`` is that of `X-Request-ID` and of the audit trail; ``address`` is the reader's, both of the first time.
    """

    reader = serializers.SerializerMethodField()
    advocate = serializers.SerializerMethodField()

    class Meta(ReadSerializer.Meta):
        fields = ["at", "part", "part_name", "reader", "roles", "advocate", "address", "request"]

    @extend_schema_field(KnownSerializer)
    def get_reader(self, read: FileRead) -> Any:
        return KnownSerializer(read.reader).data

    @extend_schema_field(KnownPersonSerializer)
    def get_advocate(self, read: FileRead) -> Any:
        return KnownPersonSerializer(read.advocate).data


class BarReaders(BarScopedList):
    """Who of the staff has opened whose file at the bar: the latest first, once an hour for each reader and part.

    Lists of many advocates do not count, nor does what somebody reads in their own file.
    """

    purpose = Action.READ_AUDIT
    parameters = ReadingParameters
    serializer_class = BarReadSerializer
    pagination_class = LatestFirst

    def get_queryset(self) -> QuerySet[FileRead]:
        asked = {name: self.asked[name] for name in ("reader", "advocate") if name in self.asked}
        rows = FileRead.objects.for_bar(self.bar).filter(_between(self.bar, self.asked), **asked)
        return with_roles(rows.select_related("advocate"))


urls = [
    path("bars/<str:bar>/readers", BarReaders.as_view(), name="bar-readers"),
    path("me/readers", Readers.as_view(), name="readers"),
    path("bars/<str:bar>/audit", Changes.as_view(), name="audit"),
    path("bars/<str:bar>/advocates/<int:advocate>/audit", AdvocateChanges.as_view(), name="advocate-audit"),
]
