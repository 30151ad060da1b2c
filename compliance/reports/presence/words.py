"""The papers' own words in Kazakh and Russian, Kazakh first, whatever language the site speaks."""

from __future__ import annotations

from typing import Final

from compliance.certificates.words import Pair

SHEET: Final = Pair("Қатысушыларды тіркеу парағы", "Лист регистрации участников")
POSTER: Final = Pair("Қатысуды белгілеу", "Отметка о присутствии")
NAME: Final = Pair("Аты-жөні", "Ф.И.О.")
LICENCE: Final = Pair("Лицензия", "Лицензия")
CAME: Final = Pair("Келуі", "Приход")
LEFT: Final = Pair("Кетуі", "Уход")
SIGNATURE: Final = Pair("Қолы", "Подпись")
KEPT_BY: Final = Pair("Парақты жүргізген (аты-жөні, қолы)", "Лист вёл (Ф.И.О., подпись)")
COURSE: Final = Pair("Аккредиттеу нөмірі", "Номер аккредитации")
SCAN: Final = Pair(
    "Келгенде және кеткенде кодты телефон камерасымен сканерлеңіз немесе мына мекенжайда цифрларын теріңіз:",
    "Отсканируйте код камерой телефона, когда пришли и когда уходите, или введите цифры на странице:",
)


def page_note(number: int, whole: int) -> Pair:
    return Pair(f"{number}-бет, барлығы {whole}", f"стр. {number} из {whole}")
