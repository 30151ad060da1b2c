"""Every model says which bar it belongs to, what it knows about people, and how it is asked for."""

from __future__ import annotations

import pytest
from django.db.models import ForeignKey, Model

from tests.house.rows import our_models

BELONGS_TO_NO_ONE_BAR = {
    "advocates.AuditSeal": "seals the changes of all bars in one chain",
    "advocates.Change": "has the bar of the row that changed, and users belong to none",
    "advocates.Bar": "is the bar itself",
    "advocates.User": "a person may work for several bars; roles and the advocate's row say for which",
}
ASKED_FOR_THROUGH_ANOTHER = {
    "advocates.AuditSeal": "read by those who verify the trail, on the server",
    "advocates.User": "found through roles and advocates, which are scoped",
    "compliance.CaseStep": "read under its case, which is scoped, and never by itself",
}


def _label(model: type[Model]) -> str:
    return model._meta.label


MODELS = pytest.mark.parametrize("model", our_models(), ids=_label)


@MODELS
def test_belongs_to_a_bar(model: type[Model]) -> None:
    if _label(model) in BELONGS_TO_NO_ONE_BAR:
        return
    bar = model._meta.get_field("bar")
    assert isinstance(bar, ForeignKey)
    assert bar.related_model._meta.label == "advocates.Bar"
    assert not bar.null, f"{_label(model)} may be left without a bar"


@MODELS
def test_docstring_ends_by_saying_what_it_knows_about_people(model: type[Model]) -> None:
    statement = (model.__doc__ or "").rstrip().rpartition("PII:")
    assert statement[1], f"{_label(model)} does not say what personal data it holds"
    assert len(statement[2].strip()) >= 4
    assert "\n\n" not in statement[2], f"{_label(model)}: the PII statement comes last"


@MODELS
def test_rows_are_asked_for_by_bar_or_by_what_a_user_may_see(model: type[Model]) -> None:
    if _label(model) in ASKED_FOR_THROUGH_ANOTHER:
        return
    rows = model._default_manager.all()
    assert callable(getattr(rows, "open_to", None))
    assert _label(model) == "advocates.Bar" or callable(getattr(rows, "for_bar", None))


@pytest.mark.parametrize("listed", [BELONGS_TO_NO_ONE_BAR, ASKED_FOR_THROUGH_ANOTHER], ids=["bar", "queryset"])
def test_no_exception_outlives_its_model(listed: dict[str, str]) -> None:
    assert set(listed) <= {_label(model) for model in our_models()}


def test_people_are_never_deleted_along_with_something_else() -> None:
    cascades = {
        f"{_label(model)}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.remote_field.on_delete.__name__ == "CASCADE"
    }
    assert cascades == {
        "advocates.RollLine.file",
        "courses.AttendanceLine.file",
        "courses.Segment.course",
        "compliance.SweepRange.run",
    }, "only a part of a whole goes with it"
