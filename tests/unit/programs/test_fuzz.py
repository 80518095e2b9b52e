"""Whatever is typed into a programme file, the answer is a programme or a list of faults with places; never a crash."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia.foundation.errors import InvalidInput
from praemia.programs import read_program, to_earning

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
TEXTS = [path.read_text("utf-8") for path in EXAMPLES]
SCRAPS = [
    *("", " ", "\n", "\t", ":", "- ", "[", "]", "{", "}", "'", '"', "|", ">", "&a ", "*a", "!!int ", "<<: ", "#", "---\n", "...\n", "%"),
    *(
        "null",
        "true",
        "~",
        "0",
        "-1",
        "1e9",
        "0.001",
        "99999999999999999999",
        "2025-02-30",
        "\x00",
        "\ud800",
        "\u2028",
        "é",
        "rules",
        "points",
    ),
]


@st.composite
def _mangled(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 1, 2, 5, 20, 200])))
        text = text[:start] + draw(st.sampled_from(SCRAPS) | st.text(max_size=6)) + text[end:]
    return text


def _read(text: str) -> None:
    try:
        reading = read_program(text)
    except InvalidInput as refusal:
        lines = text.count("\n") + text.count("\r") + text.count("\u2028") + text.count("\u2029") + text.count("\x85") + 1
        for fault in refusal.faults:
            assert fault.message
            assert fault.code
            assert fault.line is not None
            assert 1 <= fault.line <= lines + 1
            assert fault.column is not None
            assert fault.column >= 1
    else:
        to_earning(reading.file)


@given(_mangled())
def test_a_mangled_file_is_read_or_refused_with_places(text: str) -> None:
    _read(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_places(text: str) -> None:
    _read(text)


@pytest.mark.parametrize("depth", [30, 100_000])
@pytest.mark.parametrize("opener", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_a_fault_and_not_a_crash(opener: str, depth: int) -> None:
    with pytest.raises(InvalidInput):
        read_program("program: " + opener * depth if opener in "[{a: " else opener * depth)
