"""What stands before the files are read: bars with a letterhead, people who log in, courses and sessions."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from secrets import token_urlsafe

from advocates.models import Advocate, Bar, Language, Role, RoleKind, User
from advocates.services.bars import DATA, load_bars
from advocates.services.roles import sync_office
from cle.demo.curriculum import CoursePlan
from cle.demo.plan import NATIONAL, InputPlan
from compliance.models import AdoptedRulebook
from compliance.services.rulebooks import adopt_rulebook
from courses.models import Category, Course, DeliveryFormat, Provider, Segment, Session

CATEGORIES = {
    "law": ("Құқық және процесс", "Право и процесс", "Law and procedure"),
    "ethics": ("Кәсіби әдеп", "Профессиональная этика", "Professional ethics"),
    "practice": ("Тәжірибелік дағдылар", "Практические навыки", "Practice skills"),
}
EXAMPLE_RULEBOOK = Path(__file__).resolve().parents[2] / "compliance" / "rulebooks" / "kz-example.json"
ACCREDITED_FROM = dt.date(2025, 1, 1)


def prepare_bars() -> dict[str, Bar]:
    """The national bar and its regional bars by code, each with an invented signatory where it has none."""
    load_bars(DATA / "kz.json")
    bars = {bar.code: bar for bar in Bar.objects.filter(jurisdiction="KZ")}
    blank = [bar for bar in bars.values() if not bar.signatory_name]
    for bar in blank:
        bar.signatory_name = "А. Б. Мысалов"
        bar.signatory_title_kk, bar.signatory_title_ru = "Төралқа төрағасы", "Председатель президиума"
        bar.letterhead_kk, bar.letterhead_ru = "Мысал: мекенжай көрсетілмеген", "Пример: адрес не указан"
        bar.sender_email = f"cle@{bar.code.lower()}.example"
        bar.contact = f"cle@{bar.code.lower()}.example"
    Bar.objects.bulk_update(
        blank,
        ["signatory_name", "signatory_title_kk", "signatory_title_ru", "letterhead_kk", "letterhead_ru",
         "sender_email", "contact"],
    )  # fmt: skip
    return bars


def adopt_example(bars: dict[str, Bar]) -> None:
    """The national bar adopts the example rulebook that ships with the product, unless it has rules already."""
    if AdoptedRulebook.objects.for_bar(bars[NATIONAL]).exists():
        return
    document = json.loads(EXAMPLE_RULEBOOK.read_text(encoding="utf-8"))
    adopt_rulebook(bars[NATIONAL], document, decision="Мысал / пример / example", by=None)


def prepare_courses(plan: InputPlan, bars: dict[str, Bar]) -> dict[str, Session]:
    """Courses and sessions of the plan; returns sessions by their key in the plan."""
    categories = {code: _category(bars[NATIONAL], code) for code in CATEGORIES}
    courses = {course.key: _course(course, bars[course.bar_code], categories) for course in plan.courses}
    sessions = {}
    for row in plan.sessions:
        course = courses[row.course_key]
        sessions[row.key], _ = Session.objects.get_or_create(
            course=course,
            starts_at=row.start,
            defaults={"bar": course.bar, "ends_at": row.end, "capacity": row.capacity, "language": Language.RUSSIAN},
        )
    return sessions


def _category(national: Bar, code: str) -> Category:
    kk, ru, en = CATEGORIES[code]
    names = {"name_kk": kk, "name_ru": ru, "name_en": en}
    return Category.objects.get_or_create(bar=national, code=code, defaults=names)[0]


def _course(row: CoursePlan, bar: Bar, categories: dict[str, Category]) -> Course:
    names = {"name_ru": row.provider, "name_en": row.provider}
    provider, _ = Provider.objects.get_or_create(bar=bar, name_kk=row.provider, defaults=names)
    course, created = Course.objects.get_or_create(
        bar=bar,
        number=row.accreditation_number,
        defaults={
            "provider": provider, "name_kk": row.title_kk, "name_ru": row.title_ru, "name_en": row.title_en,
            "accredited_from": ACCREDITED_FROM, "format": DeliveryFormat[row.format.upper()],
        },
    )  # fmt: skip
    if created:
        Segment.objects.bulk_create(
            Segment(
                course=course, bar=bar, position=position, title=row.title_ru,
                category=categories[segment.category], minutes=segment.minutes,
            )
            for position, segment in enumerate(row.segments, 1)
        )  # fmt: skip
    return course


def prepare_logins(bars: dict[str, Bar], advocate: Advocate, folder: Path) -> list[tuple[str, str, str]]:
    """(who, e-mail, password) of a national officer, of a bar's officer and administrator, and of one of its advocates;
    made once, then kept.

    The administrator may do all that there is in the office, and what one of the two submits the other decides on.
    """
    path = folder / "logins.json"
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    national, city = bars[NATIONAL], advocate.bar
    officer, reviewer, administrator = RoleKind.COMPLIANCE_OFFICER, RoleKind.REVIEWER, RoleKind.BAR_ADMIN
    people: list[tuple[str, str, Bar, tuple[RoleKind, ...]]] = [
        ("officer", "national@demo.example", national, (officer,)),
        ("officer and reviewer", "officer@demo.example", city, (officer, reviewer)),
        ("administrator", "admin@demo.example", city, (administrator,)),
        ("advocate", "advocate@demo.example", city, ()),
    ]
    logins = []
    for kind, email, bar, roles in people:
        who, password = f"{kind}, {bar.name_en}", kept.setdefault(email, token_urlsafe(9))
        user = _login(email, password, name=who[0].upper() + who[1:] if roles else advocate.full_name)
        for role in roles:
            Role.objects.get_or_create(user=user, bar=bar, kind=role, ended_at=None)
        sync_office(user)
        if not roles:
            Advocate.objects.filter(user=user).exclude(pk=advocate.pk).update(user=None)
            Advocate.objects.filter(pk=advocate.pk).update(user=user)
        logins.append((who, email, password))
    path.write_text(json.dumps(kept, indent=1))
    path.chmod(0o600)
    return logins


def _login(email: str, password: str, *, name: str) -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, password, language="ru")
    user.name = name
    user.set_password(password)
    user.save()
    return user
