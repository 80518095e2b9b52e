"""Returns in a file: what it says becomes the rule language's policy; what nobody says is the default."""

from __future__ import annotations

import pytest

from praemia.foundation.errors import InvalidInput
from praemia.programs import read_program
from praemia.programs.core.return_translate import to_returns
from praemia.rules import EarnedBack, OnReturn, RedeemedBack, RefundFirst, RestoredExpiry, Returns, Shortfall


def returns(said: str) -> Returns:
    return to_returns(read_program(f"program: cafe\nunits: {{points: {{}}}}\n{said}").file)


def test_a_file_that_says_nothing_recomputes_and_lets_the_balance_fall_below_zero() -> None:
    assert returns("") == Returns(earned=EarnedBack.RECOMPUTE, redeemed=RedeemedBack.PRORATE, shortfall=Shortfall.NEGATIVE)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("returns: {earned: by_value}", Returns(earned=EarnedBack.BY_VALUE)),
        ("returns: {earned: floor_steps_each}", Returns(earned=EarnedBack.FLOOR_STEPS_EACH)),
        ("returns: {redeemed: on_full}", Returns(redeemed=RedeemedBack.ON_FULL)),
        ("returns: {shortfall: clamp}", Returns(shortfall=Shortfall.CLAMP)),
        ("returns: {shortfall: refuse}", Returns(shortfall=Shortfall.REFUSE)),
        ("returns: {restored_expiry: fresh}", Returns(restored_expiry=RestoredExpiry.FRESH)),
        ("returns: {tier_effect: keep, progress: keep}", Returns(tier_effect=OnReturn.KEEP, progress=OnReturn.KEEP)),
        ("returns: {referral: keep}", Returns(referral=OnReturn.KEEP)),
        ("returns: {referral: reverse}", Returns()),
        ("returns: {block_if_spent: true}", Returns(block_if_spent=True)),
        ("out_of_order: {refund_first: park}", Returns(refund_first=RefundFirst.PARK)),
    ],
)
def test_every_word_has_its_meaning(said: str, meant: Returns) -> None:
    assert returns(said) == meant


def test_a_misspelt_word_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(InvalidInput) as refusal:
        returns("returns: {earned: recomput}")
    (fault,) = refusal.value.faults
    assert (fault.path, fault.suggestion) == ("/returns/earned", "did you mean 'recompute'?")


@pytest.mark.parametrize(
    ("said", "path"), [("returns: {progress: keep}", "/returns/progress"), ("returns: {referral: keep}", "/returns/referral")]
)
def test_a_wish_that_nothing_heeds_is_refused_when_applied_and_stays_readable(said: str, path: str) -> None:
    reading = read_program(f"program: cafe\nunits: {{points: {{}}}}\n{said}")
    with pytest.raises(InvalidInput) as refusal:
        reading.in_earnest()
    (fault,) = refusal.value.faults
    assert (fault.path, fault.code, fault.line) == (path, "no_effect", 3)


def test_saying_the_default_of_what_is_not_there_is_no_wish() -> None:
    reading = read_program("program: cafe\nunits: {points: {}}\nreturns: {progress: revert, referral: reverse}")
    assert reading.in_earnest() is reading
