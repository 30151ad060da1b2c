"""What the office writes down about a course: what it is, its agenda, and what is decided about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from cle.core.errors import Problem
from compliance.queries.rules import ancestry
from courses.models import Category, CertifiedAs, Course, CourseState, DeliveryFormat, Provider
from courses.services.accreditation import Accreditation
from courses.services.agenda import MOST_DAYS, Slot, faults, parts_of, slots_of
from courses.services.courses import Outline, Part

BREAK = "break"
MOST_ROWS = 100
NEW_ROWS = 4
_NAMES = ("name_kk", "name_ru", "name_en")
_KEPT = ("format", "full_percent", "partial_percent", "certified_as")


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class CourseFilters(forms.Form):
    text = forms.CharField(label=_("Course or number"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any")), *CourseState.choices])
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Category"), required=False, to_field_name="code", empty_label=_("Any")
    )
    provider = forms.ModelChoiceField(
        Provider.objects.none(), label=_("Provider"), required=False, empty_label=_("Any")
    )

    def __init__(self, *args: Any, bar: Bar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = categories_of(bar)  # type: ignore[attr-defined]
        self.fields["provider"].queryset = Provider.objects.for_bar(bar).order_by("name_ru")  # type: ignore[attr-defined]


class CourseForm(forms.Form):
    """A provider is chosen among the bar's own, or written down anew by two names."""

    name_kk = forms.CharField(label=_("Name in Kazakh"), max_length=300)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=300)
    name_en = forms.CharField(label=_("Name in English"), max_length=300, required=False)
    format = forms.TypedChoiceField(
        label=_("How it is taken"), choices=DeliveryFormat.choices, coerce=lambda value: DeliveryFormat(int(value))
    )
    provider = forms.ModelChoiceField(
        Provider.objects.none(), label=_("Provider"), required=False, empty_label=_("A new one, named below")
    )
    provider_kk = forms.CharField(label=_("New provider: name in Kazakh"), max_length=300, required=False)
    provider_ru = forms.CharField(label=_("New provider: name in Russian"), max_length=300, required=False)
    full_percent = forms.IntegerField(
        label=_("Presence for full credit, %"), min_value=1, max_value=100, initial=80,
        help_text=_("Whoever was there for at least this share of the session earns all of it."),
    )  # fmt: skip
    partial_percent = forms.IntegerField(
        label=_("Presence for partial credit, %"), min_value=1, max_value=100, initial=50,
        help_text=_("From this share on, credit is in proportion to the time present; below it, there is none."),
    )  # fmt: skip
    certified_as = forms.ChoiceField(
        label=_("Certificate for full presence"), choices=CertifiedAs.choices, initial=CertifiedAs.ATTENDANCE,
        help_text=_("Whoever was there for a part of it is given one of attendance."),
    )  # fmt: skip
    accredited_until = forms.DateField(
        label=_("Last day that is asked for"), required=False, widget=DateInput(),
        help_text=_("Leave it empty where the accreditation is to have no end."),
    )  # fmt: skip

    def __init__(self, *args: Any, bar: Bar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bar = bar
        self.fields["provider"].queryset = Provider.objects.for_bar(bar).order_by("name_ru")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (given.get("partial_percent") or 0) > (given.get("full_percent") or 100):
            self.add_error("partial_percent", _("Partial credit cannot need more presence than full credit."))
        new = [given.get("provider_kk", ""), given.get("provider_ru", "")]
        if given.get("provider") is None and "provider" not in self.errors:
            self._check_new(new)
        elif any(new):
            self.add_error("provider", _("Choose a provider, or name a new one: not both."))
        return given

    def _check_new(self, names: list[str]) -> None:
        if not all(names):
            self.add_error("provider", _("Choose a provider, or name a new one in Kazakh and in Russian."))
        elif Provider.objects.for_bar(self.bar).filter(name_ru__iexact=names[1]).exists():
            self.add_error("provider_ru", _("The bar has a provider of this name: choose it above."))

    def new_provider(self) -> dict[str, str] | None:
        given = self.cleaned_data
        return None if given["provider"] else {"name_kk": given["provider_kk"], "name_ru": given["provider_ru"]}

    def outline(self, agenda: tuple[Part, ...]) -> Outline:
        given = self.cleaned_data
        named = {name: given[name] for name in (*_NAMES, *_KEPT)}
        return Outline(**named, accredited_until=given["accredited_until"], agenda=agenda)

    @classmethod
    def of(cls, course: Course, bar: Bar) -> CourseForm:
        named = (*_NAMES, *_KEPT, "accredited_until", "provider")
        return cls(initial={name: getattr(course, name) for name in named}, bar=bar)


class PartForm(forms.Form):
    """A row of the agenda: by times, or (a course without a timetable) by minutes. An empty row is no row."""

    day = forms.IntegerField(label=_("Day"), min_value=1, max_value=MOST_DAYS, required=False, initial=1)
    begins = forms.TimeField(label=_("From"), required=False, widget=TimeInput())
    ends = forms.TimeField(label=_("To"), required=False, widget=TimeInput())
    minutes = forms.IntegerField(label=_("or minutes"), min_value=1, max_value=10_000, required=False)
    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    kind = forms.ChoiceField(label=_("Category or break"))

    def __init__(self, *args: Any, categories: Mapping[str, Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = categories
        named = [(code, str(category)) for code, category in categories.items()]
        self.fields["kind"].choices = [*named, (BREAK, _("break"))]  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        if not self.is_bound:
            return False
        return any(self.data.get(self.add_prefix(name), "").strip() for name in ("begins", "ends", "minutes", "title"))

    def slot(self, row: int) -> Slot:
        given = self.cleaned_data
        times = given["begins"], given["ends"], given["minutes"]
        return Slot(row, given["title"], self.categories.get(given["kind"]), given["day"] or 1, *times)


class AgendaRows(BaseFormSet):  # type: ignore[type-arg]
    """The rows as they were sent; none of them was there before."""

    @cached_property
    def slots(self) -> list[Slot]:
        """Rows that say something and are sound by themselves, under the numbers that people see."""
        sound = self.is_bound and [form for form in self.forms if form.is_valid() and form.has_changed()]
        return [form.slot(1 + self.forms.index(form)) for form in sound or ()]

    @cached_property
    def faults(self) -> list[Problem]:
        return faults(self.slots) if self.is_valid() else []

    def is_sound(self) -> bool:
        return self.is_valid() and not self.faults

    def parts(self) -> tuple[Part, ...]:
        return parts_of(self.slots)

    def totals(self) -> Totals:
        return Totals(self.slots)


class Totals:
    """Minutes of an agenda by category, and of its breaks."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        self.by_category: dict[str, int] = {}
        self.breaks = 0
        for slot in slots:
            if slot.category is None:
                self.breaks += max(0, slot.length)
            else:
                name = str(slot.category)
                self.by_category[name] = self.by_category.get(name, 0) + max(0, slot.length)

    @property
    def taught(self) -> int:
        return sum(self.by_category.values())


_Rows: Any = forms.formset_factory(
    PartForm, AgendaRows, extra=NEW_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)


def agenda_rows(bar: Bar, data: QueryDict | None = None, course: Course | None = None, more: int = 0) -> AgendaRows:
    """The rows that were sent, with ``more`` empty ones; else those of a course, else some empty ones."""
    categories = {category.code: category for category in categories_of(bar)}
    if data is not None:
        sent = data.copy()
        number = sent.get("part-TOTAL_FORMS", "0")
        sent["part-TOTAL_FORMS"] = str(min((int(number) if number.isdecimal() else 0) + more, MOST_ROWS))
        sent["part-INITIAL_FORMS"] = "0"
        rows: AgendaRows = _Rows(sent, prefix="part", form_kwargs={"categories": categories})
        return rows
    initial = [_initial(slot) for slot in slots_of(course.segments.select_related("category"))] if course else []
    rows = _Rows(prefix="part", initial=initial, form_kwargs={"categories": categories})
    rows.extra = 1 if initial else NEW_ROWS
    return rows


def _initial(slot: Slot) -> dict[str, Any]:
    kind = slot.category.code if slot.category else BREAK
    return {"day": slot.day, "begins": slot.begins, "ends": slot.ends, "minutes": slot.minutes, "title": slot.title,
            "kind": kind}  # fmt: skip


def categories_of(bar: Bar) -> Any:
    return Category.objects.filter(bar__in=ancestry(bar))


class OptionalReason(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


class DecisionForm(forms.Form):
    """``do`` is the button that was pressed: approval needs number and first day, the others a reason."""

    do = forms.ChoiceField(choices=[("approve", ""), ("return", ""), ("refuse", "")], widget=forms.HiddenInput)
    number = forms.CharField(label=_("Accreditation number"), max_length=50, required=False)
    first = forms.DateField(label=_("First day"), required=False, widget=DateInput())
    last = forms.DateField(label=_("Last day"), required=False, widget=DateInput(), help_text=_("Empty: no end."))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever submitted the course reads it. Needed to return or refuse it."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("do") == "approve":
            for name in ("number", "first"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed to accredit the course."))
        elif not given.get("reason"):
            self.add_error("reason", _("Write down the reason for this step."))
        return given

    def accreditation(self) -> Accreditation:
        given = self.cleaned_data
        return Accreditation(given["number"], given["first"], given["last"])


class RecordingForm(forms.Form):
    accredited_until = forms.DateField(label=_("Offered as a recording until"), widget=DateInput())

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_accredited_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["accredited_until"]
        if until < self.today:
            raise forms.ValidationError(_("This day is over."))
        return until
