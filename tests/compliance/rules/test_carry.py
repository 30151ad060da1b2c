import pytest

from compliance.rules.carry import after_make_up, carry_out


@pytest.mark.parametrize(
    ("required", "counted", "lapsed"), [(600, 599, 0), (600, 600, 0), (600, 1380, 780), (0, 45, 45)]
)
def test_what_is_above_the_norm_lapses(required, counted, lapsed):
    out = carry_out(required, counted)
    assert (out.carried, out.lapsed) == (0, lapsed)


def test_minutes_used_for_make_up_are_gone():
    assert after_make_up([90, 0, 45], [90, 0, 15]) == [0, 0, 30]
