"""What the README shows is true: its bodies are accepted, its excerpt is in the example, its commands and settings exist."""

from __future__ import annotations

import re

from praemia.foundation.settings import Settings
from praemia.web.bodies.events import PurchaseBody
from praemia.web.bodies.members import MemberBody
from tests.architecture.tree import REPOSITORY

README = (REPOSITORY / "README.md").read_text("utf-8")


def test_the_bodies_of_the_first_call_are_accepted() -> None:
    bodies = dict(re.findall(r"^api (\w+).* -d '(.*)'$", README, re.M))
    assert MemberBody.model_validate_json(bodies["members"]).reference == "card-1001"
    assert PurchaseBody.model_validate_json(bodies["purchases"]).order == "A-1001"


def test_the_excerpt_is_in_the_example() -> None:
    (excerpt,) = re.findall(r"```yaml\n(.*?)```", README, re.S)
    assert excerpt in (REPOSITORY / "examples" / "customer-cafe.yaml").read_text("utf-8")


def test_the_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.M))
    pages = README + (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    asked = set(re.findall(r"(?:^|`)make ([a-z]+)", pages, re.M))
    assert asked
    assert asked <= targets


def test_the_settings_are_all_there() -> None:
    told = set(re.findall(r"`([A-Z_]+)`", README.split("## Running it")[1]))
    aliases = {"database_url": "DATABASE_URL", "port": "PORT"}
    assert told == {aliases.get(name, f"PRAEMIA_{name.upper()}") for name in Settings.model_fields}
