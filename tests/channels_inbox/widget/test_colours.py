"""Whatever colour is chosen, words on it and in it can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_inbox.adapters.widget.colours import DARK, LIGHT, READABLE, contrast, palette

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(COLOURS)
def test_every_word_can_be_read(accent):
    colours = palette(accent)
    assert colours["accent"] == accent
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours.values())
    assert contrast(colours["on_accent"], accent) >= READABLE
    assert contrast(colours["link"], LIGHT) >= READABLE
    assert contrast(colours["link_dark"], DARK) >= READABLE


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48)]
)
def test_contrast_is_what_wcag_says(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_a_colour_that_can_be_read_stays_what_it_is():
    assert palette("#2b5fd0")["link"] == "#2b5fd0"
