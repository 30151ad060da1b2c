"""A bar that teaches: its people, a course, a session that was held, and who works on it."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.test import Client

from advocates.models import Advocate, Bar, RoleKind, User
from courses.models import Course, Session
from tests.factories import make_advocate, make_bar, make_course, make_session, make_user


class Taught(NamedTuple):
    bar: Bar
    course: Course
    session: Session
    maria: Advocate
    askar: Advocate
    manager: User


def taught(**course: Any) -> Taught:
    bar = make_bar("KZ-71", make_bar("KZ"))
    made = make_course(bar, **course)
    maria = make_advocate(bar, "Озёрная Мария Николаевна", email="maria@bk.example")
    askar = make_advocate(bar, "Тестов Аскар Ерланович", email="askar@bk.example")
    manager = make_user("manager@mail.example.kz", bar=bar, role=RoleKind.BAR_ADMIN)
    return Taught(bar, made, make_session(made), maria, askar, manager)


def logged_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def coming(course: Course, **fields: Any) -> Session:
    return make_session(course, dt.datetime(2100, 3, 14, 5, tzinfo=dt.UTC), **fields)


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())
