"""A programme explained to its members: the guide, section by section, and questions with answers. Made of the live file, never written.

What has passed is left out, and what is for named members alone is nobody else's business. Nothing here names a coupon's codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from praemia.programs.core.discount_blocks import CouponBlock, CouponGivesBlock, PromotionBlock, TakesBlock
from praemia.programs.core.guide_words import Lang
from praemia.programs.core.lots_blocks import ExpiryBlock
from praemia.programs.core.reward_blocks import RewardBlock
from praemia.programs.core.saying import Saying
from praemia.programs.core.schema import ProgramFile, RuleBlock, UnitBlock
from praemia.programs.core.tier_blocks import AtBlock, LevelBlock, TiersBlock, WindowBlock, WindowWord
from praemia.programs.core.translate import default_unit
from praemia.rules import PURCHASE, Downgrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the guide: a key for anchors, a title, and one sentence or a few per line."""

    key: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A question members ask, and the answer of this programme."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What a programme says of itself in one language."""

    sections: tuple[Section, ...]
    answers: tuple[Answer, ...]


def guide_of(file: ProgramFile, lang: Lang, day: date) -> Guide:
    """The guide as it reads on a local day of the programme."""
    voice = Saying(file, lang)
    open_rules = [rule for rule in file.earning.rules if _shown(rule, day)]
    parts = (
        ("earn", [_named_rule(voice, rule) for rule in open_rules if rule.earn is not None]),
        ("bonus", [_named_rule(voice, rule) for rule in open_rules if rule.earn is None]),
        ("limits", list(_limits(voice))),
        ("units", [line for code, block in file.units.items() for line in unit_lines(voice, code, block)]),
        ("rewards", [reward_line(voice, reward) for reward in file.rewards if _on_offer(reward, day)]),
        ("pay", list(_paying(voice))),
        ("discounts", [_named_promotion(voice, one) for one in file.promotions if _promoted(one, day)]),
        ("tiers", list(tier_lines(voice, file.tiers)) if file.tiers else []),
        ("sharing", list(_sharing(voice))),
    )
    sections = tuple(Section(key=key, title=voice.say(f"{key}_title"), lines=tuple(lines)) for key, lines in parts if lines)
    return Guide(sections=sections, answers=tuple(_answers(voice)))


def rule_sentence(file: ProgramFile, rule: RuleBlock, lang: Lang) -> str:
    """What one rule does, in a few sentences."""
    return Saying(file, lang).rule(rule)


def reward_line(voice: Saying, reward: RewardBlock) -> str:
    """What a reward costs, and whose it may be."""
    line = voice.say("reward", name=voice.named(reward.name, reward.id), points=voice.points(reward.cost, reward.unit))
    for option in reward.options:
        line += voice.say("reward_option", points=voice.points(option.points, reward.unit), money=voice.money(option.cash))
    if reward.value is not None:
        line += voice.say("reward_value", money=voice.money(reward.value))
    if reward.tiers:
        line += voice.say("reward_tiers", names=voice.tiers(reward.tiers))
    if reward.segments:
        line += voice.say("reward_segments", names=voice.quoted(reward.segments))
    if reward.per_member is not None:
        line += voice.say("reward_limit", times=voice.often(reward.per_member.times), per=voice.per(reward.per_member.per))
    if reward.last_day is not None:
        line += voice.say("reward_window", window=voice.say("until", last=voice.day(reward.last_day)))
    return line + (voice.say("reward_auto") if reward.auto else "") + "."


def promotion_line(voice: Saying, one: PromotionBlock) -> str:
    """What a promotion takes off, and when."""
    takes = one.gives
    if takes.free is not None:
        what = voice.say("promotion_free", count=voice.number(takes.free.quantity), name=takes.free.sku)
    elif takes.buy is not None:
        total, get = takes.buy + (takes.get or 0), takes.get or 0
        off = takes.off_percent if takes.off_percent is not None else Fraction(100)
        what = voice.say("promotion_buy", total=voice.number(total), get=voice.number(get), percent=voice.percent(off))
    else:
        what = _money_off(voice, takes)
    what += voice.say("promotion_cheapest") if takes.scope is not None else ""
    what += voice.say("promotion_code") if one.code is not None else ""
    return ", ".join([what, *voice.conditions(one.when, PURCHASE)]) + "."


def coupon_line(voice: Saying, one: CouponBlock) -> str:
    """What using a coupon brings; nothing of its codes."""
    what = voice.points(one.gives.points, one.gives.unit) if one.gives.points is not None else _money_off(voice, one.gives)
    if one.min_amount is not None:
        what += ", " + voice.say("min_amount", amount=voice.money(one.min_amount))
    if one.last_day is not None:
        what += ", " + voice.say("until", last=voice.day(one.last_day))
    return what + "."


def unit_lines(voice: Saying, code: str, block: UnitBlock) -> Iterator[str]:
    """What a unit is worth, when it opens and when it ends."""
    unit = voice.unit(code)
    name = unit[0].upper() + unit[1:]
    if block.value is not None and not voice.is_money(code):
        count = max(Fraction(1), Fraction(1, block.value))
        many = count if count.denominator == 1 else Fraction(100)
        yield voice.say("worth", points=voice.points(many, code), money=voice.money(many * block.value))
    if not block.spendable:
        yield voice.say("not_spendable", unit=name)
    yield from _opening(voice, code, block)
    yield from _ending(voice, code, block.expiry)
    if block.reinstate_days is not None:
        yield voice.say("reinstate", unit=unit, count=voice.number(block.reinstate_days))


def tier_lines(voice: Saying, tiers: TiersBlock) -> Iterator[str]:
    """The levels and what they bring, over which time is counted, and how a tier is kept."""
    for level in tiers.levels:
        yield ", ".join([_level(voice, level, tiers), *level_benefits(voice, level, tiers)]) + "."
    yield from _window(voice, tiers)
    yield from _keeping(voice, tiers)


def level_benefits(voice: Saying, level: LevelBlock, tiers: TiersBlock) -> Iterator[str]:
    """What a tier brings, one by one."""
    if level.multiplier is not None:
        yield voice.times(level.multiplier, tiers.to)
    if level.entry_points is not None:
        yield voice.say("level_entry", points=voice.points(level.entry_points, tiers.to))
    yield from (voice.named(benefit, "") for benefit in level.benefits)


def threshold(voice: Saying, level: LevelBlock, tiers: TiersBlock) -> str:
    """From where on a tier is reached; empty for one that everybody has."""
    unit = voice.unit(tiers.unit or next((code for code, block in voice.file.units.items() if block.qualifying), default_unit(voice.file)))
    said = {
        "points": lambda count: voice.say("measure_points", count=voice.number(count), unit=unit),
        "spend": lambda count: voice.say("measure_spend", money=voice.money(Fraction(count))),
        "visits": lambda count: voice.say("measure_visits", count=voice.number(count)),
        "balance": lambda count: voice.say("measure_balance", count=voice.number(count), unit=unit),
    }
    at: object = level.at  # a block, or one number counted in the basis
    counts = {measure: getattr(at, measure) for measure in said} if isinstance(at, AtBlock) else {tiers.basis.value: at}
    parts = [said[measure](count) for measure, count in counts.items() if count]
    return voice.listed(parts, "and" if tiers.criteria.value == "all" else "or")


def _shown(rule: RuleBlock, day: date) -> bool:
    over = rule.when.last_day is not None and rule.when.last_day < day
    return rule.enabled and not over and rule.when.members is None


def _on_offer(reward: RewardBlock, day: date) -> bool:
    return reward.last_day is None or reward.last_day >= day


def _promoted(one: PromotionBlock, day: date) -> bool:
    return one.enabled and one.when.members is None and (one.when.last_day is None or one.when.last_day >= day)


def _named_rule(voice: Saying, rule: RuleBlock) -> str:
    sentence = voice.rule(rule)
    return voice.say("named", name=voice.named(rule.name, ""), sentence=sentence) if rule.name else sentence


def _limits(voice: Saying) -> Iterator[str]:
    for cap in voice.file.earning.caps:
        yield voice.say("whole_program_cap", points=voice.points(cap.points, cap.unit), per=voice.per(cap.per))


def _opening(voice: Saying, code: str, block: UnitBlock) -> Iterator[str]:
    unit = voice.unit(code)
    name = unit[0].upper() + unit[1:]
    if block.pending is not None and block.pending.days is not None:
        yield voice.say("pending_days", unit=name, count=voice.number(block.pending.days))
    elif block.pending is not None:
        yield voice.say("pending_fulfilled", unit=name)


def _ending(voice: Saying, code: str, block: ExpiryBlock | None) -> Iterator[str]:
    unit = voice.unit(code)
    name = unit[0].upper() + unit[1:]
    if block is None:
        yield voice.agreed(voice.say("no_expiry", unit=name), code)
        return
    if block.inactivity_months is not None:
        yield voice.say("expiry_inactivity", unit=name, count=voice.number(block.inactivity_months))
        yield voice.say("resets", names=_activities(voice, block.resets_on or frozenset({"earn", "redeem"})))
        return
    yield voice.agreed(voice.expiry(block, name), code)
    if block.extend_on:
        names = _activities(voice, block.extend_on)
        yield voice.say("extends", names=names[0].upper() + names[1:], unit=name)


def _activities(voice: Saying, names: frozenset[str]) -> str:
    return voice.listed(voice.say(name) if name in ("earn", "redeem") else voice.event(name) for name in sorted(names))


def _paying(voice: Saying) -> Iterator[str]:
    pay = voice.file.pay_with_points
    if pay is None:
        return
    yield voice.say("pay", points=voice.points(pay.points, pay.unit), money=voice.money(pay.worth))
    if pay.min_points:
        yield voice.say("pay_min", points=voice.points(pay.min_points, pay.unit))
    if pay.max_percent is not None:
        yield voice.say("pay_max", percent=voice.percent(pay.max_percent))


def _named_promotion(voice: Saying, one: PromotionBlock) -> str:
    sentence = promotion_line(voice, one)
    return voice.say("named", name=voice.named(one.name, ""), sentence=sentence) if one.name else sentence


def _money_off(voice: Saying, takes: TakesBlock | CouponGivesBlock) -> str:
    if takes.amount_off is not None:
        return voice.say("promotion_amount", money=voice.money(takes.amount_off))
    most = voice.say("promotion_most", money=voice.money(takes.max)) if takes.max is not None else ""
    return voice.say("promotion_percent", percent=voice.percent(takes.percent_off or Fraction(0))) + most


def _level(voice: Saying, level: LevelBlock, tiers: TiersBlock) -> str:
    from_where = threshold(voice, level, tiers)
    name = voice.named(level.name, level.id)
    return voice.say("level", name=name, threshold=from_where) if from_where else voice.say("level_base", name=name)


def _window(voice: Saying, tiers: TiersBlock) -> Iterator[str]:
    window: object = tiers.window  # a block, or a word
    if isinstance(window, WindowWord):
        yield voice.say(f"window_{window.value}")
    elif isinstance(window, WindowBlock) and window.rolling_months is not None:
        yield voice.say("window_rolling", count=voice.number(window.rolling_months))
    elif isinstance(window, WindowBlock):
        yield voice.say("window_joining", count=voice.number(window.since_joining_days or 0))


def _keeping(voice: Saying, tiers: TiersBlock) -> Iterator[str]:
    match tiers.downgrade:
        case Downgrade.NEVER:
            yield voice.say("downgrade_never")
        case Downgrade.IMMEDIATE:
            yield voice.say("downgrade_immediate")
        case _:
            yield voice.say("downgrade_review")
    if tiers.hold is not None:
        months = getattr(tiers.hold, "months", None)
        yield voice.say("hold_months", count=voice.number(months)) if months is not None else voice.say("hold_next_year")
    if tiers.grace is not None:
        yield voice.say("grace", count=voice.number(tiers.grace.months))


def _sharing(voice: Saying) -> Iterator[str]:
    transfers = voice.file.sharing.transfers
    if transfers is None or not transfers.allowed:
        return
    least = voice.say("transfers_least", points=voice.points(transfers.min, None)) if transfers.min else ""
    fee = voice.say("transfers_fee", percent=voice.percent(transfers.fee_percent)) if transfers.fee_percent else ""
    yield voice.say("transfers", unit=voice.unit(None), least=least, fee=fee)
    yield voice.say("pools")


def _answers(voice: Saying) -> Iterator[Answer]:
    file = voice.file
    yield _answer(voice, "join", voice.say("a_join"))
    for code, block in file.units.items():
        if block.spendable:
            question = voice.agreed(voice.say("q_expire", unit=voice.unit(code)), code)
            yield Answer(question=question, answer=" ".join(_ending(voice, code, block.expiry)))
    if any(rule.trigger == PURCHASE for rule in file.earning.rules):
        basis = file.earning.basis
        yield _answer(
            voice,
            "counts",
            voice.say(
                "a_counts",
                tax=voice.say("tax_yes" if basis.tax else "tax_no"),
                shipping=voice.say("shipping_yes" if basis.shipping else "shipping_no"),
                points_tender=voice.say("tender_yes" if basis.points_tender else "tender_no"),
            ),
        )
        taken = voice.say(f"a_return_{file.returns.earned.value}")
        yield _answer(voice, "return", f"{taken} {voice.say(f'a_restored_{file.returns.redeemed.value}')}")
    first = file.units[default_unit(file)]
    waits = list(_opening(voice, default_unit(file), first))
    yield _answer(voice, "when", waits[0] if waits else voice.say("a_when_now"))
    if file.tiers is not None:
        yield _answer(voice, "tier", " ".join([*_window(voice, file.tiers), *_keeping(voice, file.tiers)]))
    sending = list(_sharing(voice))
    answer = sending[0] if sending else voice.say("a_send_no")
    yield Answer(question=voice.say("q_send", unit=voice.unit(None)), answer=answer)
    yield _answer(voice, "why", voice.say("a_why"))


def _answer(voice: Saying, key: str, answer: str) -> Answer:
    return Answer(question=voice.say(f"q_{key}"), answer=answer)
