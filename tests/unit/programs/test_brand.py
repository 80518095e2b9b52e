"""`brand`: colours people can read, or an error that names the contrast; the arithmetic is WCAG's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia.foundation.errors import InvalidInput
from praemia.programs import Looks, contrast, read_program
from praemia.programs.core.brand_translate import to_looks
from praemia.programs.core.colours import CALM, DARK_GROUND, LIGHT_GROUND, TEXT, darkened, ink_on, lightened

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def _file(brand: str) -> str:
    return f"program: example\nunits: {{ points: {{}} }}\nbrand: {{ {brand} }}\n"


@pytest.mark.parametrize(
    ("one", "other", "hundredths"),
    [
        ("#ffffff", "#000000", 2100),
        ("#ffffff", "#ffffff", 100),
        ("#767676", "#ffffff", 454),  # the lightest grey that passes on white, as WCAG's own examples have it
        ("#777777", "#ffffff", 447),
        ("#0000ff", "#ffffff", 859),
        ("#ff0000", "#ffffff", 399),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, hundredths: int) -> None:
    assert contrast(one, other) == contrast(other, one) == hundredths


@given(COLOURS)
def test_there_is_always_an_ink_that_can_be_read(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= TEXT


@given(COLOURS)
def test_any_colour_becomes_readable_on_dark_and_on_light(colour: str) -> None:
    assert contrast(lightened(colour, DARK_GROUND, CALM), DARK_GROUND) >= CALM
    assert contrast(darkened(colour, LIGHT_GROUND, TEXT), LIGHT_GROUND) >= TEXT


def test_an_unreadable_colour_is_refused_with_its_contrast_and_a_way_out() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_program(_file('colour: "#ffcc00"'))
    (fault,) = refused.value.faults
    assert (fault.path, fault.code, fault.line) == ("/brand/colour", "contrast", 3)
    assert "1.32:1" in fault.message
    assert "4.50:1" in fault.message
    assert fault.suggestion == '"#7f6600" would do'
    read_program(_file('colour: "#7f6600"'))


def test_every_unreadable_colour_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_program(_file('colour: "#ffff00", colour_dark: "#222222", accent: "#eeeeee"'))
    assert [fault.path for fault in refused.value.faults] == ["/brand/colour", "/brand/colour_dark", "/brand/accent"]


def test_without_a_brand_pages_look_like_ours() -> None:
    assert to_looks(read_program("program: example\nunits: { points: {} }\n").file) == Looks()


def test_a_dark_colour_that_was_chosen_stays() -> None:
    looks = to_looks(read_program(_file('colour: "#00573F", colour_dark: "#6fd3ac", font: serif')).file)
    assert (looks.colour, looks.ink, looks.colour_dark, looks.ink_dark) == ("#00573f", "#ffffff", "#6fd3ac", "#1d1611")


@pytest.mark.parametrize("wrong", ['colour: "red"', 'colour: "#12345"', "font: comic", "logo: mine.png"])
def test_what_is_no_colour_font_or_picture_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidInput):
        read_program(_file(wrong))
