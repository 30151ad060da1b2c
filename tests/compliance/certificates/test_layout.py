from dataclasses import replace
from itertools import combinations

import pytest

from compliance.certificates import layout
from compliance.certificates.fonts import SANS, SERIF, missing
from compliance.certificates.foot import QR_BOX
from compliance.certificates.layout import Run, Style, fit, text_width, wrap
from compliance.certificates.page import compose
from compliance.certificates.snapshot import Snapshot
from tests.compliance.certificates.samples import ALL, KAZAKH_LETTERS, LONGEST, ORDINARY

STYLE = Style(SANS, 12, 8, 2)
FRAME = 29.0
Box = tuple[float, float, float, float]


def crowded(length: int) -> Snapshot:
    """Each free text of `length` characters."""
    text = ("Құқық қорғау " * length)[:length].strip()
    names = [name for name in ORDINARY.to_json() if name.endswith(("_kk", "_ru", "_name")) or name == "place"]
    lines = tuple((text[:60], text[:60], 50 + n) for n in range(6))
    return replace(ORDINARY, **dict.fromkeys(names, text), lines=lines, example=True)


def box(run: Run) -> Box:
    """Left, bottom, right, top of a line's letters."""
    return run.x, run.y - 0.2 * run.size, run.x + run.width, run.y + 0.72 * run.size


def apart(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("snapshot", [*ALL.values(), crowded(120), crowded(200)], ids=[*ALL, "120", "200"])
def test_texts_stand_within_the_frame_and_touch_nothing(snapshot: Snapshot) -> None:
    runs = compose(snapshot).runs
    boxes = {run: box(run) for run in runs if run.text != "МЫСАЛ · ОБРАЗЕЦ · EXAMPLE"}
    left, bottom, side = QR_BOX
    for run, (x1, y1, x2, y2) in boxes.items():
        assert x1 > FRAME, run.text
        assert x2 < layout.WIDTH - FRAME, run.text
        assert y1 > FRAME, run.text
        assert y2 < layout.HEIGHT - FRAME, run.text
        assert apart((x1, y1, x2, y2), (left - 4, bottom - 4, left + side + 4, bottom + side + 4)), run.text
    clashes = [(a.text, b.text) for a, b in combinations(boxes, 2) if not apart(boxes[a], boxes[b])]
    assert clashes == []


@pytest.mark.parametrize("name", ALL)
def test_kazakh_stands_left_and_russian_right_at_one_size(name: str) -> None:
    runs = [run for run in compose(ALL[name]).runs if run.y > layout.HEIGHT / 4]
    kk, ru = ([run for run in runs if run.lang == lang] for lang in ("kk", "ru"))
    assert max(run.x + run.width for run in kk) <= layout.MIDDLE <= min(run.x for run in ru)
    assert {(run.style, run.size) for run in kk} == {(run.style, run.size) for run in ru}


def test_the_signatory_s_office_has_one_size_in_both_languages() -> None:
    sizes = {
        run.size
        for run in compose(LONGEST).runs
        if run.text in LONGEST.signatory_title_kk or run.text in LONGEST.signatory_title_ru
    }
    assert len(sizes) == 1


def test_an_impossible_text_is_refused_not_cut() -> None:
    with pytest.raises(ValueError, match="too long for one page"):
        compose(crowded(2000))


def test_the_whole_name_is_printed_however_long() -> None:
    name = "Ұзынесім " * 20 + "Соңы"
    runs = compose(replace(ORDINARY, full_name=name)).runs
    printed = " ".join(run.text for run in runs if run.style.font == SERIF and run.style.size == 28)
    assert printed == name


@pytest.mark.parametrize(
    ("text", "width", "size", "lines"),
    [("кратко", 300, 12, 1), ("слово " * 20, 300, 10.5, 2), ("слово " * 40, 200, 8, 5), ("", 100, 12, 0)],
)
def test_fit_shrinks_then_wraps(text: str, width: float, size: float, lines: int) -> None:
    found, (wrapped,) = fit((text,), STYLE, width)
    assert (found, len(wrapped)) == (size, lines)
    assert all(text_width(line, STYLE, found) <= width for line in wrapped)
    assert " ".join(wrapped).split() == text.split()


def test_texts_fitted_together_share_the_smaller_size() -> None:
    size, _ = fit(("кратко", "слово " * 40), STYLE, 300)
    assert size < fit(("кратко",), STYLE, 300)[0]


def test_a_word_wider_than_the_line_is_broken() -> None:
    lines = wrap("а" * 100, STYLE, 12, 120)
    assert "".join(lines) == "а" * 100
    assert all(0 < text_width(line, STYLE, 12) <= 120 for line in lines)


def test_newlines_are_kept_and_other_space_folded() -> None:
    assert wrap("г. Улги,\t ул.\u00a0Примерная\nтел. 1", STYLE, 8, 400) == ["г. Улги, ул. Примерная", "тел. 1"]


def test_no_lone_word_is_left_on_a_last_line() -> None:
    text = "Этика адвоката в уголовном и гражданском процессе сегодня"
    greedy = wrap(text, STYLE, 12, 300)
    _, (even,) = fit((text,), STYLE, 300)
    assert greedy[-1] == "сегодня"
    assert len(even) == len(greedy)
    assert len(even[-1].split()) > 1


@pytest.mark.parametrize("font", [SANS, SERIF])
def test_fonts_have_every_letter_and_mark_of_both_languages(font: str) -> None:
    russian = "".join(map(chr, range(0x410, 0x450))) + "Ёё"
    assert missing(KAZAKH_LETTERS + russian + "№«»–—…“”„ 0123456789éüš\n\u00a0", font) == set()


@pytest.mark.parametrize("font", [SANS, SERIF])
def test_missing_names_what_a_font_lacks(font: str) -> None:
    assert missing("5 ₸ 法 a", font) == {"₸", "法"}
