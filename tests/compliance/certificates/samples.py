"""Invented certificates: an ordinary one, one whose every text is as long as life allows, one for a closed period."""

from dataclasses import replace
from typing import Final

from compliance.certificates.snapshot import Snapshot

KAZAKH_LETTERS: Final = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"

ORDINARY: Final = Snapshot(
    version=1,
    kind="attendance",
    serial="KZ-75/2026/000123",
    code="4F7K-0M2P-9XQA-C3TD",
    verify_url="https://cle.example.kz/verify/4F7K-0M2P-9XQA-C3TD",
    bar_name_kk="Үлгі қаласының адвокаттар алқасы",
    bar_name_ru="Коллегия адвокатов города Улги",
    national_bar_name_kk="Республикалық адвокаттар алқасы",
    national_bar_name_ru="Республиканская коллегия адвокатов",
    letterhead_kk="050000, Үлгі қ., Мысал көшесі, 1-үй\nbar@example.kz",
    letterhead_ru="050000, г. Улги, ул. Примерная, д. 1\nbar@example.kz",
    full_name="Сәрсенова Әлия Нұрланқызы",
    licence_number="0012345",
    licence_date="2018-05-10",
    course_title_kk="Қылмыстық процестегі адвокат этикасы",
    course_title_ru="Этика адвоката в уголовном процессе",
    provider_name_kk="«Үлгі» құқықтық білім орталығы",
    provider_name_ru="Центр правового образования «Улги»",
    course_number="РКА-2026-0417",
    format="in_person",
    place="Үлгі",
    starts_on="2026-11-10",
    ends_on="2026-11-12",
    minutes=360,
    unit_minutes=45,
    lines=(("Кәсіби этика", "Профессиональная этика", 90), ("Құқық салалары", "Отрасли права", 270)),
    issued_on="2026-11-23",
    signatory_name="Ж. Е. Төлегенов",
    signatory_title_kk="Төралқа төрағасы",
    signatory_title_ru="Председатель президиума",
    example=False,
)

_LONG_LINES: Final = (
    ("Кәсіби этика және адвокаттық құпия", "Профессиональная этика и адвокатская тайна", 101),
    ("Қылмыстық құқық пен қылмыстық процесс", "Уголовное право и уголовный процесс", 52),
    ("Азаматтық құқық", "Гражданское право", 53),
    ("Адам құқықтарын халықаралық қорғау", "Международная защита прав человека", 54),
    ("Ақпараттық технологиялар", "Информационные технологии", 55),
    ("Адвокаттық кеңсені басқару", "Управление адвокатской конторой", 56),
)

LONGEST: Final = replace(
    ORDINARY,
    bar_name_kk="Солтүстік Үлгі облысының және Мысал қаласының аумақтық адвокаттар алқасы",
    bar_name_ru="Территориальная коллегия адвокатов Северо-Примерной области и города Образцовска",
    full_name="Абдрахманова-Жүсіпбекова Гүлбаршын-Назгүл Мұхаммедәлімқызы Нұрсұлтанбекқызы",
    course_title_kk="Қазақстан Республикасының Қылмыстық-процестік кодексіне енгізілген өзгерістер аясында жеке "
    "тұлғалардың құқықтары мен бостандықтарын қорғаудағы адвокаттың рөлі: стандарттар және сот тәжірибесі",
    course_title_ru="Роль адвоката в защите прав и свобод физических лиц в свете изменений, внесённых в "
    "Уголовно-процессуальный кодекс Республики Казахстан: международные стандарты и судебная практика",
    provider_name_kk="«Адвокаттардың біліктілігін арттыру және құқықтық зерттеулер жөніндегі үлгілі "
    "ғылыми-әдістемелік орталық» коммерциялық емес акционерлік қоғамы",
    provider_name_ru="Некоммерческое акционерное общество «Образцовый научно-методический центр повышения "
    "квалификации адвокатов и правовых исследований»",
    place="Мысал қаласы, Үлгі көшесі, 28-үй, «Достық» конференц-залы, 3-қабат",
    lines=_LONG_LINES,
    minutes=1000,
    signatory_name="Қожахметов-Оразбайұлы Мұхаммед-Әмин Жұмабекұлы",
    signatory_title_kk="Солтүстік Үлгі облысы адвокаттар алқасының төралқа төрағасының міндетін атқарушы",
    signatory_title_ru="Исполняющий обязанности председателя президиума коллегии адвокатов Северо-Примерной области",
    example=True,
)

PERIOD: Final = replace(
    ORDINARY,
    kind="compliance",
    full_name="Әғқңөұүһі ӘҒҚҢӨҰҮҺІ",
    **dict.fromkeys(("course_title_kk", "course_title_ru", "provider_name_kk", "provider_name_ru"), ""),
    **dict.fromkeys(("course_number", "format", "place", "licence_date"), ""),
    starts_on="2026-01-01",
    ends_on="2026-12-31",
    minutes=1080,
    lines=(),
)

ALL: Final = {"ordinary": ORDINARY, "longest": LONGEST, "period": PERIOD}
