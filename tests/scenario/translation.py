"""A story's programme in the words of a programme file. Numbers pass through as they are written; the product reads them.

Names the file format would not take get another one; the mapping is kept. Rules the product may refuse to store because
they could never give anything (a condition nobody knows, zero points) stand apart: they belong only to `document`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.scenario import circles, tiers, tills
from tests.scenario.amounts import minor_digits, number
from tests.scenario.scope import unknown_conditions
from tests.scenario.stories import Block, Story, StoryFault, as_block, as_blocks, as_words

DEFAULT_WALLET = "pts"
VALUE_FIELD = "value"
VISIT = "visit"
_OCCASIONS = ("purchase", "signup", "birthday", "anniversary")
_ACTIVITIES_OF_ITS_OWN = ("earn", "redeem", *_OCCASIONS)
_LONGEST_WINDOW = 3660
_ROUNDING = {"floor": "down", "ceil": "up", "half_up": "half_up", "half_even": "half_even"}
_ON_EXCEED = {"truncate": "cut", "reject": "refuse"}
_ORDER_DISCOUNT = {"prorate": "spread", "ignore": "ignore"}
_CONDITIONS = {
    "from": "from", "until": "until", "days": "days", "hours": "hours", "min_amount": "min_amount", "min_amount_tax": "min_amount_tax",
    "min_qty": "min_quantity", "segments": "segments", "channel": "channels", "partner": "partners", "first_purchase": "first_purchase",
    "tiers": "tiers",
}  # fmt: skip


@dataclass(slots=True)
class Names:
    """Story names to names of the file format, one to one. `taken` are names that may not be given out."""

    taken: set[str] = field(default_factory=set)
    given: dict[str, str] = field(default_factory=dict)

    def of(self, name: Any) -> str:
        """The product's name for a story's name."""
        text = str(name)
        if text not in self.given:
            wanted = re.sub(r"[^a-z0-9_]", "_", text.lower())[:28]
            wanted = wanted if re.match(r"[a-z]", wanted) else f"n{wanted}"
            chosen, count = wanted, 1
            while chosen in self.taken:
                count += 1
                chosen = f"{wanted}_{count}"
            self.taken.add(chosen)
            self.given[text] = chosen
        return self.given[text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """The programme file of a story, and what the adapter must remember of the translation."""

    document: Mapping[str, Any]
    rules: Names
    units: Names
    rewards: Names
    activities: Names
    decimals: Mapping[str, int]
    minor_digits: int
    value_decimals: Mapping[str, int]
    idle: frozenset[str]

    def file(self) -> str:
        """The whole programme."""
        return _file(self.document)

    def file_without(self, *, idle: bool = False, signup: bool = False) -> str:
        """The programme less the rules that can never give anything, or less those for sign-ups."""
        kept = [
            rule
            for rule in self.document["earning"]["rules"]
            if not (idle and rule["id"] in self.idle) and not (signup and rule["trigger"] == "signup")
        ]
        return _file({**self.document, "earning": {**self.document["earning"], "rules": kept}})

    @property
    def rewards_signups(self) -> bool:
        """Whether enrolling may earn."""
        return any(rule["trigger"] == "signup" for rule in self.document["earning"]["rules"])


def translate(story: Story, slug: str) -> Programme:
    """The story's programme as a file called `slug`. Raises StoryFault for words without a translation."""
    return _Translation(story, slug).programme()


def _file(document: Mapping[str, Any]) -> str:
    # JSON is a subset of YAML, and keeps texts and numbers apart without any quoting rules.
    return json.dumps(document, indent=1, ensure_ascii=False)


class _Translation:
    def __init__(self, story: Story, slug: str) -> None:
        self._program = story.program
        self._slug = slug
        self._rules, self._units, self._rewards = Names(), Names(), Names()
        self._values = dict(_values(story))
        self._activities = Names(taken={*_OCCASIONS, *((VISIT,) if VISIT in self._values else ())})
        self._decimals: dict[str, int] = {}
        self._window = _reinstatement_window(story)
        self._digits = minor_digits(str(self._program.get("currency", "EUR")))
        self._money = tills.money_wallets(story)

    def programme(self) -> Programme:
        program = self._program
        units = dict(self._wallets())
        rules = as_blocks(program.get("earning"), "program.earning")
        given = as_blocks(program.get("rewards"), "program.rewards")
        activities = sorted({str(r.get("trigger")) for r in rules} - {*_OCCASIONS} | set(self._values))
        earning = {
            **_copied(program, "accrual", "round_at", "backdate_limit_days"),
            **({"basis": _basis(program["basis"])} if program.get("basis") else {}),
            **({"stacking": dict(program["stacking"])} if program.get("stacking") else {}),
            "rules": [self._rule(rule) for rule in rules],
            "caps": [_cap(cap, "program.caps") for cap in program.get("caps") or ()],
            "budgets": [self._budget(budget) for budget in program.get("budgets") or () if "promotions" not in budget],
        }
        return Programme(
            document={
                "program": self._slug,
                **_copied(program, "timezone", "currency"),
                "units": units,
                "activities": {self._activity(name): self._fields(name) for name in activities if self._activity(name) != VISIT},
                "earning": earning,
                **({"rewards": [self._reward(reward) for reward in given]} if given else {}),
                **({"returns": dict(program["refunds"])} if program.get("refunds") else {}),
                **({"out_of_order": dict(program["out_of_order"])} if program.get("out_of_order") else {}),
                **({"tiers": tiers.block(program["tiers"], self._tier_unit())} if program.get("tiers") else {}),
                **circles.block(program),
                **tills.blocks(program, self._rules.of, _CONDITIONS),
                **({"pay_with_points": dict(program["pay_with_points"])} if program.get("pay_with_points") else {}),
            },
            rules=self._rules,
            units=self._units,
            rewards=self._rewards,
            activities=self._activities,
            decimals=self._decimals,
            minor_digits=self._digits,
            value_decimals={name: self._value_decimals(name) for name in activities},
            idle=frozenset(self._rules.of(rule["id"]) for rule in rules if _gives_nothing(rule)),
        )

    def _wallets(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The default wallet is there even when the story lists others only; then it comes first."""
        wallets = list(as_blocks(self._program.get("wallets"), "program.wallets"))
        if not any(wallet["id"] == DEFAULT_WALLET for wallet in wallets):
            wallets.insert(0, {"id": DEFAULT_WALLET})
        wallets.sort(key=lambda wallet: wallet["id"] != DEFAULT_WALLET)
        for wallet in wallets:
            name = str(wallet["id"])
            self._decimals[name] = int(number(wallet.get("decimals", 0), f"wallet {name}.decimals"))
            unit = _copied(wallet, "decimals", "spendable")
            if name in self._money and self._decimals[name] == self._digits:
                unit["money"] = True
            unit |= self._life()
            if "rounding" in wallet:
                unit["rounding"] = _word(_ROUNDING, wallet["rounding"], f"wallet {name}.rounding")
            yield self._units.of(name), unit

    def _life(self) -> dict[str, Any]:
        """What the story says about the life of points, for every wallet alike."""
        program = self._program
        life = _copied(program, "pending", "spend_order")
        if program.get("expiry") not in (None, "none"):
            life["expiry"] = self._expiry(as_block(program["expiry"], "program.expiry"))
        if self._window is not None:
            life["reinstate_days"] = self._window
        return life

    def _expiry(self, expiry: Block) -> dict[str, Any]:
        named = {
            key: [name if name in _ACTIVITIES_OF_ITS_OWN else self._activity(name) for name in as_words(expiry[key])]
            for key in ("resets_on", "extend_on")
            if as_words(expiry.get(key))
        }
        return _copied(expiry, "days", "months", "end_of", "each_year", "inactivity_months", "round_up", "counts_from") | named

    def _tier_unit(self) -> str | None:
        wallet = self._program["tiers"].get("wallet")
        return None if wallet is None else self._wallet(wallet, "program.tiers.wallet")

    def _reward(self, reward: Block) -> dict[str, Any]:
        """A reward as the programme file says it."""
        kept = ("cost", "cost_by_tier", "options", "stock", "per_member", "from", "until", "tiers", "segments", "code", "auto")
        gives = dict(reward.get("gives") or {"other": "something"})
        if isinstance(gives.get("free"), dict):
            gives["free"] = {("quantity" if key == "qty" else key): value for key, value in gives["free"].items()}
        if isinstance(gives.get("experience"), str):
            gives["experience"] = {"name": gives["experience"]}
        dearest = max((number(option["points"], "option.points") for option in reward.get("options") or ()), default=None)
        cost = {} if dearest is None else {"cost": str(dearest)}  # of a reward that is priced by its options alone
        return {"id": self._rewards.of(reward["id"]), **cost, **_copied(reward, *kept), "gives": gives}

    def _activity(self, name: str) -> str:
        # Our own visits carry no value; a story whose visits do means an activity of that name.
        return VISIT if name == VISIT and VISIT not in self._values else self._activities.of(name)

    def _fields(self, name: str) -> dict[str, Any]:
        if name not in self._values:
            return {}
        return {"fields": {VALUE_FIELD: "money" if self._value_decimals(name) else "int"}}

    def _value_decimals(self, name: str) -> int:
        """A value with decimals is reported like money: exactly, in hundredths (or what the currency has)."""
        return self._digits if any(value.denominator != 1 for value in self._values.get(name, ())) else 0

    def _rule(self, rule: Block) -> dict[str, Any]:
        path = f"rule {rule['id']}"
        trigger = str(rule["trigger"])
        per_amount = "per_amount" in as_block(rule.get("earn") or {}, f"{path}.earn")
        drawn = {
            "id": self._rules.of(rule["id"]),
            "trigger": trigger if trigger in _OCCASIONS else self._activity(trigger),
            **({"to": self._wallet(rule["to"], path)} if "to" in rule else {}),
            **_copied(rule, "enabled", "multiply", "add", "limit", "stop", "priority", "created", "exclusive", "leap_day"),
        }
        if "earn" in rule:
            drawn["earn"] = _earn(rule["earn"], trigger, path)
        for key in ("match", "exclude"):
            if selection := {by: listed for by, listed in (rule.get(key) or {}).items() if listed != []}:
                drawn[key] = selection
        if rule.get("when"):
            drawn["when"] = {_CONDITIONS.get(key, key): value for key, value in rule["when"].items()}
        if "expiry" in rule:
            drawn["expiry"] = rule["expiry"] if rule["expiry"] == "none" else self._expiry(as_block(rule["expiry"], f"{path}.expiry"))
        if "cap" in rule:
            drawn["cap"] = _cap(rule["cap"], f"{path}.cap")
        if per_amount and trigger == "purchase":
            drawn |= _copied(rule, "accrual", "round_at") | ({"basis": _basis(rule["basis"])} if rule.get("basis") else {})
        return drawn

    def _wallet(self, name: Any, path: str) -> str:
        if str(name) not in self._decimals:
            raise StoryFault(f"{path}.to: there is no wallet {name!r}")
        return self._units.of(name)

    def _budget(self, budget: Block) -> dict[str, Any]:
        drawn = {"id": self._rules.of(f"budget {budget['id']}"), "rules": [self._rules.of(name) for name in as_words(budget.get("rules"))]}
        return drawn | _cap(budget, f"budget {budget['id']}", keys=("points",))


def _gives_nothing(rule: Block) -> bool:
    """A rule that cannot fire for a reason the story itself shows. Refusing to store it is as good as its giving nothing."""
    points = (rule.get("earn") or {}).get("points", rule.get("add", 1))
    return bool(unknown_conditions(rule)) or number(points, f"rule {rule['id']}.points") == 0


def _earn(earn: Block, trigger: str, path: str) -> dict[str, Any]:
    drawn: dict[str, Any] = {"points": earn.get("points")}
    if drawn["points"] is None:
        raise StoryFault(f"{path}.earn.points: missing")
    if trigger == "purchase":
        if "per_amount" in earn:
            drawn["per_amount"] = earn["per_amount"]
        elif earn.get("per_unit"):
            drawn["per_item"] = True
    elif "per_amount" in earn or earn.get("per_unit"):
        # For an activity the amount is the value it reports.
        drawn["per_value"] = {"field": VALUE_FIELD, "step": earn.get("per_amount", 1)}
    return drawn


def _cap(cap: Block, path: str, keys: tuple[str, ...] = ("points", "per")) -> dict[str, Any]:
    drawn = _copied(cap, *keys)
    if "on_exceed" in cap:
        drawn["on_exceed"] = _word(_ON_EXCEED, cap["on_exceed"], f"{path}.on_exceed")
    return drawn


def _basis(basis: Block) -> dict[str, Any]:
    drawn = _copied(basis, "tax", "shipping", "points_tender")
    if "order_discount_on_subset" in basis:
        drawn["order_discount"] = _word(_ORDER_DISCOUNT, basis["order_discount_on_subset"], "basis.order_discount_on_subset")
    return drawn


def _values(story: Story) -> Iterator[tuple[str, list[Any]]]:
    """The activities of the story that report a value, with every value they report."""
    found: dict[str, list[Any]] = {}
    steps = [*story.steps, *(op for step in story.steps for op in as_blocks(step.get("ops"), "ops"))]
    for step in steps:
        if step.get("do") == "activity" and (step.get("name") != VISIT or "value" in step):
            values = found.setdefault(str(step["name"]), [])
            if "value" in step:
                values.append(number(step["value"], f"activity {step['name']}.value"))
    yield from found.items()


def _reinstatement_window(story: Story) -> int | None:
    """For how many days the programme gives points back: as many as any step asks for. None: no step does."""
    asked = [step.get("within_days", _LONGEST_WINDOW) for step in story.steps if step.get("do") == "reinstate"]
    return min(max(int(number(days, "within_days")) for days in asked), _LONGEST_WINDOW) if asked else None


def _word(table: Mapping[str, str], word: Any, path: str) -> str:
    if word not in table:
        raise StoryFault(f"{path}: {word!r} is none of {', '.join(table)}")
    return table[word]


def _copied(block: Block, *keys: str) -> dict[str, Any]:
    return {key: block[key] for key in keys if key in block}
