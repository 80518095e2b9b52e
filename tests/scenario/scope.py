"""What a story asks for: words nobody knows (faults) and words of capabilities the API does not serve yet (needs).

Faults come first: a story with a fault fails even when it also needs something later.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.scenario import vocabulary as words
from tests.scenario.stories import Block, Story, as_block, as_blocks


@dataclass(slots=True)
class Scope:
    """Faults and needs, each with its place in the story."""

    faults: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)

    def look(self, block: Block, table: words.Table, path: str, *, needed: bool = False) -> None:
        """Every key of a block against its table; `needed`: the block as a whole is told as a need already."""
        for key in block:
            if key not in table:
                self.faults.append(f"{path}.{key}: unknown key{_hint(str(key), table)}")
            elif (needs := table[key]) and not needed:
                self.want(needs, f"{path}.{key}")

    def want(self, capability: str, path: str) -> None:
        """A capability that a place of the story needs."""
        self.needs.append(f"needs {capability}: {path}")

    def missing(self, block: Block, required: Sequence[str], path: str) -> None:
        """Keys that must be there."""
        self.faults.extend(f"{path}.{key}: missing" for key in required if key not in block)


def scope_of(story: Story) -> Scope:
    """Walks the whole story. Raises StoryFault where its very shape is wrong."""
    scope = Scope()
    scope.look(story.content, words.FILE, "story")
    scope.look(story.given, words.GIVEN, "given")
    _program(scope, story.program)
    for member in story.members:
        path = f"members[{member.get('id')}]"
        scope.look(member, words.MEMBER, path)
        scope.missing(member, ("id",), path)
        for index, lot in enumerate(as_blocks(member.get("lots"), f"{path}.lots")):
            scope.look(lot, words.LOT, f"{path}.lots[{index}]")
        for index, entry in enumerate(as_blocks(member.get("history"), f"{path}.history")):
            scope.look(entry, words.HISTORY, f"{path}.history[{index}]")
            scope.missing(entry, ("at",), f"{path}.history[{index}]")
    for index, step in enumerate(story.steps, 1):
        _step(scope, step, f"step {index}")
    scope.look(story.expect, words.STATE, "expect")
    return scope


def unknown_conditions(rule: Block) -> list[str]:
    """The conditions of a rule that are in nobody's vocabulary. By the story's rules they block it."""
    return [key for key in as_block(rule.get("when") or {}, "when") if key not in words.WHEN]


def _program(scope: Scope, program: Block) -> None:
    scope.look(program, words.PROGRAM, "program")
    _each(scope, program, "wallets", words.WALLET, ("id",))
    _inside(scope, program, "basis", words.BASIS, "program")
    _inside(scope, program, "stacking", words.STACKING, "program")
    _inside(scope, program, "refunds", words.REFUNDS, "program")
    _inside(scope, program, "out_of_order", words.OUT_OF_ORDER, "program")
    _inside(scope, program, "transfers", words.TRANSFERS, "program")
    _inside(scope, program, "merge", words.MERGE, "program")
    _each(scope, program, "pools", words.POOL, ("id", "members"))
    _each(scope, program, "caps", words.CAP, ("points", "per"))
    _each(scope, program, "budgets", words.BUDGET, ("id",))
    _inside(scope, program, "discounts", words.DISCOUNTS, "program")
    _each(scope, program, "promotions", words.PROMOTION, ("id", "gives"))
    _each(scope, program, "coupons", words.COUPON, ("codes", "gives"))
    _each(scope, program, "gift_cards", words.GIFT_CARD, ("id", "balance"))
    for key, table in (("promotions", words.TAKES), ("coupons", words.COUPON_GIVES)):
        for index, entry in enumerate(as_blocks(program.get(key), f"program.{key}")):
            _inside(scope, entry, "gives", table, f"program.{key}[{index}]")
            _inside(scope, entry, "limits", words.USES, f"program.{key}[{index}]")
    _inside(scope, program, "pending", words.PENDING, "program")
    _inside(scope, program, "expiry", words.EXPIRY, "program")
    _inside(scope, program, "tiers", words.TIERS, "program")
    for index, level in enumerate(as_blocks((program.get("tiers") or {}).get("levels"), "program.tiers.levels")):
        scope.look(level, words.LEVEL, f"program.tiers.levels[{index}]")
        scope.missing(level, ("id",), f"program.tiers.levels[{index}]")
    for rule in as_blocks(program.get("earning"), "program.earning"):
        _rule(scope, rule, f"rule {rule.get('id')}")


def _rule(scope: Scope, rule: Block, path: str) -> None:
    if rule.get("expiry") != "none":
        _inside(scope, rule, "expiry", words.EXPIRY, path)
    scope.look(rule, words.RULE, path)
    scope.missing(rule, ("id", "trigger"), path)
    for key, table in (("earn", words.EARN), ("match", words.SELECTION), ("exclude", words.SELECTION), ("limit", words.LIMIT)):
        _inside(scope, rule, key, table, path)
    _inside(scope, rule, "cap", words.RULE_CAP, path)
    _inside(scope, rule, "basis", words.BASIS, path)
    for key in as_block(rule.get("when") or {}, f"{path}.when"):
        if needs := words.WHEN.get(key):
            scope.want(needs, f"{path}.when.{key}")


def _step(scope: Scope, step: Block, path: str) -> None:
    word = step.get("do")
    act = words.STEPS.get(word) if isinstance(word, str) else None
    if act is None:
        scope.faults.append(f"{path}.do: unknown step {word!r}{_hint(str(word), words.STEPS)}")
        return
    path = f"{path} ({word})"
    if act.needs:
        scope.want(act.needs, path)
    scope.look(step, act.keys, path, needed=bool(act.needs))
    scope.missing(step, act.required, path)
    for index, line in enumerate(as_blocks(step.get("lines"), f"{path}.lines") if word == "purchase" else ()):
        scope.look(line, words.LINE, f"{path}.lines[{index}]")
        scope.missing(line, ("sku", "price"), f"{path}.lines[{index}]")
    for index, op in enumerate(as_blocks(step.get("ops"), f"{path}.ops"), 1):
        _step(scope, op, f"{path} op {index}")
    _expect(scope, as_block(step.get("expect") or {}, f"{path}.expect"), f"{path}.expect", needed=bool(act.needs))


def _expect(scope: Scope, expect: Block, path: str, *, needed: bool) -> None:
    scope.look(expect, words.RESPONSE | words.STATE, path, needed=needed)
    result = expect.get("result", words.OK)
    if result != words.OK and result not in words.ERROR_KINDS:
        scope.faults.append(f"{path}.result: unknown kind {result!r}{_hint(str(result), words.ERROR_KINDS)}")


def _inside(scope: Scope, block: Block, key: str, table: words.Table, path: str) -> None:
    inner = block.get(key)
    if inner is not None:
        scope.look(as_block(inner, f"{path}.{key}"), table, f"{path}.{key}")


def _each(scope: Scope, program: Block, key: str, table: words.Table, required: Sequence[str]) -> None:
    for index, entry in enumerate(as_blocks(program.get(key), f"program.{key}")):
        scope.look(entry, table, f"program.{key}[{index}]")
        scope.missing(entry, required, f"program.{key}[{index}]")


def _hint(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""
