"""What the paper says of itself, side by side whatever language the site speaks."""

from __future__ import annotations

from typing import Final

from compliance.certificates.words import Pair

TITLE: Final = Pair("Хабарламаның тапсырылғанының дәлелі", "Доказательство вручения уведомления")
HEAD: Final = Pair("ХАБАРЛАМАНЫҢ ЖІБЕРІЛУІ МЕН ТАПСЫРЫЛУЫ ТУРАЛЫ МӘЛІМЕТТЕР",
                   "СВЕДЕНИЯ ОБ ОТПРАВКЕ И ВРУЧЕНИИ УВЕДОМЛЕНИЯ")  # fmt: skip
LEAD: Final = Pair(
    "Алқаның журналынан алынды. Журналдағы жазбалар тек қосылады: олар өзгертілмейді және жойылмайды.",
    "Выписка из журнала коллегии. Записи в журнал только добавляются: их не изменяют и не удаляют.",
)
LIMIT: Final = Pair(
    "Пошта серверінің хабарды қабылдауы оның оқылғанын білдірмейді. Оқылғаны «сайтта ашылды» жолында көрсетіледі: "
    "бұл – адвокаттың өзі кіріп, хабарламаны толық ашқан уақыты.",
    "То, что почтовый сервер принял сообщение, не означает, что оно прочитано. О прочтении говорит строка «открыто на "
    "сайте»: это время, когда адвокат вошёл сам и открыл уведомление целиком.",
)
TO: Final = Pair("Кімге: %(value)s", "Кому: %(value)s")
ABOUT: Final = Pair("Не туралы: %(value)s", "О чём: %(value)s")
STATE: Final = Pair("Жай-күйі: %(value)s", "Состояние: %(value)s")
CHANNEL: Final = Pair("Тәсілі: %(value)s", "Способ: %(value)s")
ADDRESS: Final = Pair("Мекенжайы: %(value)s", "Адрес: %(value)s")
MESSAGE: Final = Pair("Хабар нөмірі (Message-ID): %(value)s", "Номер сообщения (Message-ID): %(value)s")
SENT: Final = Pair("Жіберілді: %(value)s", "Отправлено: %(value)s")
HANDED: Final = Pair("Қағаз түрінде тапсырылды: %(value)s", "Вручено на бумаге: %(value)s")
OPENED: Final = Pair("Сайтта ашылды: %(value)s", "Открыто на сайте: %(value)s")
NOT_OPENED: Final = Pair("Сайтта ашылды: жоқ", "Открыто на сайте: нет")
TIMELINE: Final = Pair("Не болды", "Что происходило")
BY: Final = Pair("кім: %(value)s", "кто: %(value)s")
SUMS: Final = Pair("Тапсыру сәтінде жазылған SHA-256 қосындылары", "Суммы SHA-256, записанные в момент передачи")
SUM_OF: Final = {
    "subject": Pair("тақырып", "тема"),
    "text": Pair("мәтін", "текст"),
    "html": Pair("HTML түріндегі мәтін", "текст в виде HTML"),
    "message": Pair("серверге берілген бүкіл хабар", "всё сообщение, переданное серверу"),
}
SAME: Final = Pair("сақталғанмен бірдей", "совпадает с тем, что хранится")
OTHER: Final = Pair("сақталғаннан өзгеше", "не совпадает с тем, что хранится")
CONTENT: Final = Pair("Дәл мәтіні", "Точный текст")
GONE: Final = Pair("Мәтін енді сақталмайды немесе әлі жазылмаған.", "Текст больше не хранится или ещё не написан.")
MADE: Final = Pair("Жасалды: %(value)s", "Составлено: %(value)s")
PAGE: Final = Pair("%(page)s-бет", "стр. %(page)s")
