"""Households in the member's app, and further cards: only one's own, once, by the pool's rules, and with an honest refusal."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest

from praemia import identity
from praemia.foundation.db import Database
from tests.web.conftest import Program, running_site
from tests.web.test_member_pages import Reader, signed_in

A_KEY = "6f0d2f54-7a4e-4c1e-9a0b-3d0f6a6f4f10"


@pytest.fixture
def anna(database: str) -> Iterator[Reader]:
    for site in running_site(database):
        cafe = site.cafe()
        for name in ("anna", "bob", "carla-4711"):
            cafe.enrol(name)
        reader = signed_in(site, cafe, "anna")
        named(reader, "Anna Smith")
        yield reader
        reader.close()


def named(reader: Reader, name: str) -> None:
    """Somebody says what they are called, and has a mailbox."""

    async def keep(db: Database) -> None:
        async with db.transaction(reader.site.tenant_id) as tx:
            await identity.keep_contact(
                tx,
                reader.site.rooms.vault,
                reader.member_id,
                program_id=reader.program_id,
                email=f"{reader.reference}@example.org",
                name=name,
                lang="en",
                verified_at=None,
                now=reader.site.app.state.face.now(),
            )

    reader.site.run(keep)


def household(cafe: Program, **more: Any) -> str:
    """The Smiths: bob is their head, anna and carla belong to them."""
    answer = cafe.post("/pools", {"pool": "Smiths", "members": ["bob", "anna", "carla-4711"], **more})
    assert answer.status_code == 200, answer.text
    return "Smiths"


def way_of(anna: Reader) -> str:
    found = re.search(r'action="/m/cafe/(pools/[0-9a-f-]{36})/leave"', anna.page("pools"))
    assert found is not None
    return found[1]


def test_a_pool_shows_what_it_can_spend_and_first_names_alone(anna: Reader) -> None:
    assert "Household and team" not in anna.page("me")
    assert "You belong to none" in anna.page("pools")
    household(anna.cafe)
    bob = signed_in(anna.site, anna.cafe, "bob")
    named(bob, "Robert Smith")
    bob.close()
    assert "Household and team" in anna.page("me")
    text = anna.page("pools")
    assert "150 Points" in text
    assert "Robert" in text
    assert "Robert Smith" not in text
    assert "Number ending in 4711" in text, "who said no name is shown by the end of their number"
    assert "carla" not in text
    assert "Gemeinsam können Sie ausgeben" in anna.page("pools?lang=de")


def test_points_are_given_within_the_household_once(anna: Reader) -> None:
    household(anna.cafe)
    way, page = way_of(anna), anna.page("pools")
    to = re.findall(r'<option value="([0-9a-f-]{36})"', page)[0]
    for _ in range(2):
        assert anna.post(f"{way}/give", {"key": A_KEY, "to": to, "amount": "20", "unit": "points"}).status_code == 303
    assert (anna.cafe.balance("anna"), anna.cafe.balance("bob")) == (30, 70)
    refused = anna.post(f"{way}/give", {"key": A_KEY[:-1] + "1", "to": to, "amount": "500", "unit": "points"})
    assert refused.status_code == 422
    assert "You do not have so many to send." in html.unescape(refused.text)
    stranger = anna.post(f"{way}/give", {"key": A_KEY, "to": str(anna.member_id), "amount": "1"})
    assert stranger.status_code == 400


def test_the_household_spends_together_where_its_rules_allow_it(anna: Reader) -> None:
    household(anna.cafe, draw="proportional")
    way = way_of(anna)
    done = anna.post(f"{way}/spend", {"key": A_KEY, "amount": "30", "unit": "points", "reason": "a cake"})
    assert done.status_code == 303
    text = anna.page(done.headers["location"].removeprefix("/m/cafe/"))
    assert "Spent together" in text
    assert "a cake" in text
    assert [anna.cafe.balance(one) for one in ("anna", "bob", "carla-4711")] == [40, 40, 40]


def test_where_only_the_head_spends_others_are_not_offered_it_and_are_refused(anna: Reader) -> None:
    household(anna.cafe, who="head")
    way = way_of(anna)
    assert "/spend" not in anna.page("pools")
    assert anna.post(f"{way}/spend", {"key": A_KEY, "amount": "30", "unit": "points"}).status_code == 422
    assert anna.cafe.balance("anna") == 50
    bob = signed_in(anna.site, anna.cafe, "bob")
    assert bob.post(f"{way}/spend", {"key": A_KEY, "amount": "30", "unit": "points"}).status_code == 303
    bob.close()


def test_who_leaves_keeps_their_points_and_sees_the_pool_no_more(anna: Reader) -> None:
    household(anna.cafe)
    way = way_of(anna)
    assert anna.post(f"{way}/leave", {"key": A_KEY}).headers["location"] == "/m/cafe/pools?left"
    assert "You have left" in anna.page("pools?left")
    assert anna.cafe.get("/pools/Smiths").json()["members"] == ["bob", "carla-4711"]
    assert anna.cafe.balance("anna") == 50
    assert anna.post(f"{way}/spend", {"key": A_KEY, "amount": "1"}).status_code == 404, "others' pools are as unknown as none"


def anonymous(anna: Reader, number: str = "4006-0001") -> dict[str, Any]:
    found: dict[str, Any] = anna.cafe.post("/cards", {"number": number}).json()
    return found


def test_an_anonymous_card_comes_over_with_its_points_after_a_look_at_it(anna: Reader) -> None:
    card = anonymous(anna)
    held = anna.cafe.balance("4006-0001")
    typed = {"card": "4006-0001", "claim": card["claim_code"].lower()}
    look = anna.post("me/card", typed)
    assert look.status_code == 200
    assert f"{held} Points" in look.text
    assert anna.cafe.balance("anna") == 50, "nothing happened yet"
    key = re.search(r'name="key" value="([^"]+)"', look.text)
    assert key is not None
    done = anna.post("me/card/take", {**typed, "key": key[1]})
    assert done.status_code == 303
    assert "Two memberships became one" in anna.page(done.headers["location"].removeprefix("/m/cafe/"))
    assert anna.cafe.balance("anna") == 50 + held
    assert anna.cafe.get("/members/4006-0001").json()["member"] == "anna"
    assert "4006-0001" in anna.page("me")
    assert anna.post("me/card/take", {**typed, "key": key[1]}).headers["location"] == "/m/cafe/me", "a second tap does nothing"
    again = anna.post("me/card", typed)
    assert "This card is yours already." in again.text
    deeds = [entry for entry in anna.cafe.get("/audit").json()["entries"] if entry["action"] == "sharing.members.merged"]
    assert len(deeds) == 1


def test_a_wrong_code_and_somebody_elses_card_are_refused_alike(anna: Reader) -> None:
    anonymous(anna)
    anna.cafe.post("/members/bob/cards", {"number": "B-1"})
    bob = signed_in(anna.site, anna.cafe, "bob")
    named(bob, "Bob")
    bob.close()
    code = anna.site.run(_code_of("B-1", anna))
    for typed in ({"card": "4006-0001", "claim": "AAAA-AAAA"}, {"card": "B-1", "claim": code}, {"card": "", "claim": ""}):
        for path in ("me/card", "me/card/take"):
            answer = anna.post(path, {**typed, "key": A_KEY})
            assert answer.status_code == 401, (path, typed)
            assert "number and code do not belong together" in answer.text
    assert anna.cafe.balance("anna") == 50


def _code_of(number: str, anna: Reader) -> Any:
    async def spell(_: Database) -> str:
        return identity.claim_code(anna.site.rooms.vault, anna.site.tenant_id, anna.program_id, number)

    return spell


def test_a_card_with_something_under_way_is_refused_with_the_reason(anna: Reader) -> None:
    card = anonymous(anna)
    anna.cafe.post("/adjustments", {"member": "4006-0001", "amount": 400, "reason": "x"}, Idempotency_Key="rich")
    held = anna.cafe.post("/redemptions", {"member": "4006-0001", "reward": "beans"}, Idempotency_Key="beans")
    assert held.status_code == 201, held.text
    typed = {"card": "4006-0001", "claim": card["claim_code"], "key": A_KEY}
    answer = anna.post("me/card/take", typed)
    assert answer.status_code == 409
    assert "still under way" in answer.text
