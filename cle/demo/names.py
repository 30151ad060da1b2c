"""Invented names: Kazakh families are put together of landscape words, Russian ones of plants and weather."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from cle.demo.spelling import russian_letters

_FAMILY_STARTS = "Ақ Қара Көк Сары Алтын Күміс Жас Бес Қос Тас Темір Кең Ұзын Боз Нұр Жаңа".split()
_FAMILY_ENDS = "бұлақ терек емен қайың жұлдыз сұңқар тұлпар арал құлын жусан самал теңіз қоныр бастау қанат".split()
KAZAKH_FAMILIES = tuple(start + end + "ов" for start in _FAMILY_STARTS for end in _FAMILY_ENDS)
RUSSIAN_FAMILIES = tuple(
    "Озёров Берёзкин Соснин Ковылёв Тюльпанов Рябинин Полынин Степнов Ручьёв Родников Каштанов Метелин Вьюгин "
    "Листвин Орешников Клёнов Ольшанин Ивняков Травин Клеверов Ромашин Васильков Подснежников Лугов Холмов Рощин "
    "Дубравин Зорин Рассветов Закатов Туманов Росин Ливнев Градов Инеев Снежков Сугробов Льдинин Капелин Облаков "
    "Ветров Бризов Приливин Островов Мысов Заливин Утёсов Гранитов Яшмин Янтарёв Опалов Сизарёв Стрижов Щеглов "
    "Дроздов Синицын Иволгин Чайкин Тополев Жасминов".split()
)
KAZAKH_MEN = tuple(
    "Асқар Нұрлан Ерлан Дәулет Бауыржан Қанат Серік Мұрат Талғат Ғалым Әділ Жанат Руслан Темірлан Еркін Самат "
    "Арман Айдар Азамат Болат Дархан Жасұлан Қайрат Марат Нұржан Олжас Рүстем Санжар Тимур Ұлан Шыңғыс Ілияс "
    "Әлихан Бекзат Ернар Қуаныш Мейіржан Өміржан Сұлтан Үміт".split()
)
KAZAKH_WOMEN = tuple(
    "Айгүл Әсем Гүлнар Дана Жанар Қарлығаш Ләззат Мәдина Назгүл Сәуле Айнұр Ақмарал Бақыт Гүлжан Динара Еркежан "
    "Жұлдыз Зарина Индира Кәмила Күләш Маржан Нұргүл Перизат Раушан Салтанат Толқын Ұлжан Шолпан Ырысты Інжу "
    "Әлия Балжан Ғазиза Қымбат Мөлдір Өрнек Сымбат Үміт Айжан".split()
)
RUSSIAN_MEN = tuple(
    "Алексей Андрей Антон Артём Вадим Виктор Владимир Глеб Денис Егор Иван Игорь Кирилл Максим Михаил Николай "
    "Олег Павел Пётр Роман Семён Сергей Степан Тимофей Фёдор".split()
)
RUSSIAN_WOMEN = tuple(
    "Алёна Анна Валентина Вера Галина Дарья Екатерина Елена Жанна Зоя Инна Ирина Ксения Лариса Любовь Марина "
    "Мария Надежда Наталья Оксана Ольга Светлана Татьяна Ульяна Юлия".split()
)
_FATHERS = {
    "Иван": ("Иванович", "Ивановна"), "Пётр": ("Петрович", "Петровна"), "Олег": ("Олегович", "Олеговна"),
    "Семён": ("Семёнович", "Семёновна"), "Артём": ("Артёмович", "Артёмовна"), "Фёдор": ("Фёдорович", "Фёдоровна"),
    "Антон": ("Антонович", "Антоновна"), "Денис": ("Денисович", "Денисовна"), "Егор": ("Егорович", "Егоровна"),
    "Виктор": ("Викторович", "Викторовна"), "Сергей": ("Сергеевич", "Сергеевна"),
    "Андрей": ("Андреевич", "Андреевна"), "Николай": ("Николаевич", "Николаевна"),
    "Павел": ("Павлович", "Павловна"), "Игорь": ("Игоревич", "Игоревна"), "Роман": ("Романович", "Романовна"),
    "Степан": ("Степанович", "Степановна"), "Максим": ("Максимович", "Максимовна"),
    "Вадим": ("Вадимович", "Вадимовна"), "Михаил": ("Михайлович", "Михайловна"),
}  # fmt: skip
RUSSIAN_PATRONYMICS = tuple(_FATHERS.values())
KAZAKH_FATHERS = tuple(name for name in KAZAKH_MEN if name not in {"Үміт"})


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in the parts that an identity card has; ``patronymic`` may be empty."""

    family: str
    given: str
    patronymic: str

    @property
    def full(self) -> str:
        """Family, given, patronymic, as rolls write it."""
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)

    @property
    def initials(self) -> str:
        """Family and initials, ``Озёрная М.Н.``: too little to tell two members apart."""
        return f"{self.family} " + "".join(f"{part[0]}." for part in (self.given, self.patronymic) if part)


def invent_name(rng: Random, *, kazakh_letters: bool) -> Name:
    """One name; Kazakh names keep their letters in about one case of five, and never without ``kazakh_letters``."""
    woman = rng.random() < 0.48
    if rng.random() < 0.24:
        return _russian_name(rng, woman)
    name = _kazakh_name(rng, woman)
    if kazakh_letters and rng.random() < 0.2:
        return name
    return Name(russian_letters(name.family), russian_letters(name.given), russian_letters(name.patronymic))


def kazakh_name(rng: Random) -> Name:
    """A name that is sure to have letters which Russian does not have."""
    return Name("Ұзынқайыңов", rng.choice(("Әділ", "Ғалым", "Қуаныш", "Өміржан")), "Шыңғысұлы")


def _russian_name(rng: Random, woman: bool) -> Name:
    patronymic = rng.choice(RUSSIAN_PATRONYMICS)[woman]
    family = feminine(rng.choice(RUSSIAN_FAMILIES)) if woman else rng.choice(RUSSIAN_FAMILIES)
    return Name(family, rng.choice(RUSSIAN_WOMEN if woman else RUSSIAN_MEN), patronymic)


def _kazakh_name(rng: Random, woman: bool) -> Name:
    family = rng.choice(KAZAKH_FAMILIES)
    if rng.random() < 0.15:
        family = family.removesuffix("ов")  # many families dropped the Russian ending
    given = rng.choice(KAZAKH_WOMEN if woman else KAZAKH_MEN)
    return Name(feminine(family) if woman else family, given, _kazakh_patronymic(rng, woman))


def _kazakh_patronymic(rng: Random, woman: bool) -> str:
    father, draw = rng.choice(KAZAKH_FATHERS), rng.random()
    if draw < 0.03:
        return ""
    if draw < 0.15:
        return father + ("қызы" if woman else "ұлы")
    if draw < 0.17:
        return father + (" кызы" if woman else " оглы")
    return father + ("овна" if woman else "ович")


def feminine(family: str) -> str:
    """The form a woman bears; families without a Russian ending have one form."""
    return family + "а" if family.endswith(("ов", "ев", "ёв", "ин", "ын")) else family
