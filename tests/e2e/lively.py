"""The town after eight weeks of life: pictures, sales, rewards held, requests, tills, mail; so that pages have something to show.

What journeys count on stays in town.py; here is what only lookers need.
"""

from __future__ import annotations

import io
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageDraw

from praemia import identity, members, programs, tills
from praemia.foundation.db import Database
from tests.e2e.town import ADDRESS, Town
from tests.web.conftest import CAFE, START, purchase

WEEKS = 8
NOW = START + timedelta(weeks=WEEKS, hours=3)
GUESTS = ("dieter", "elif", "frederike-hohenberg", "goran", "hanna", "ines", "jonas", "kim", "luca")
NAMES = {"anna": "Anna Berger", "bert": "Bert Krause", "frederike-hohenberg": "Frederike Prinzessin von Hohenberg"}
BRAND = '\nbrand: { colour: "#9a3f12", accent: "#2d62a0" }\n'
_COLOURS = {"espresso": ("#5a3220", "#f3e4d0"), "beans": ("#2f5d3a", "#e9dcc2"), "trees": ("#dfeee0", "#2f6b45")}


def enliven(town: Town) -> Town:
    """Live the eight weeks. The clock of the sandbox stands at NOW afterwards."""
    _apply(town, _with_pictures(town, CAFE.read_text("utf-8")) + BRAND)
    town.site.run(lambda db: _name(db, town))
    _register(town)
    _sell(town)
    _spend(town)
    _correct(town)
    _break_a_line(town)
    _draft(town)
    return town


def _ask(town: Town, path: str, body: Any, **headers: str) -> Any:
    answer = town.cafe.post(path, body, **headers)
    assert answer.status_code in (200, 201, 202), (path, answer.status_code, answer.text)
    return answer.json()


def _apply(town: Town, source: str) -> None:
    answer = town.cafe.client.put(town.cafe.path(), content=source, headers={"Content-Type": "application/yaml"})
    assert answer.status_code in (200, 201), answer.text


def _with_pictures(town: Town, source: str) -> str:
    for reward, colours in _COLOURS.items():
        drawn = _drawn(reward, *colours)
        answer = town.cafe.client.post(town.cafe.path("/pictures"), content=drawn, headers={"Content-Type": "image/png"})
        assert answer.status_code in (200, 201), answer.text
        source = source.replace(f"  - id: {reward}\n", f"  - id: {reward}\n    picture: {answer.json()['digest']}\n")
    return source


def _drawn(reward: str, ground: str, ink: str) -> bytes:
    picture = Image.new("RGB", (640, 480), ground)
    draw = ImageDraw.Draw(picture)
    match reward:
        case "espresso":
            draw.ellipse((130, 350, 510, 410), fill=ink)
            draw.ellipse((380, 190, 480, 300), outline=ink, width=26)
            draw.pieslice((200, 20, 420, 370), 0, 180, fill=ink)
        case "beans":
            for x, y in ((150, 120), (330, 90), (240, 250)):
                draw.ellipse((x, y, x + 170, y + 120), fill=ink)
                draw.arc((x + 20, y - 70, x + 150, y + 70), 20, 160, fill=ground, width=10)
        case _:
            draw.rectangle((300, 330, 340, 430), fill="#7a5230")
            for top, half in ((60, 90), (130, 130), (210, 170)):
                draw.polygon(((320, top), (320 - half, top + 140), (320 + half, top + 140)), fill=ink)
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


async def _name(db: Database, town: Town) -> None:
    vault = town.site.app.state.face.rooms.vault
    async with db.transaction(town.site.tenant_id) as tx:
        program = await programs.get_program(tx, ADDRESS)
        for reference in ("anna", "bert"):
            member = await members.get_member(tx, program.program_id, reference)
            await identity.keep_contact(
                tx,
                vault,
                member.member_id,
                program_id=program.program_id,
                email=f"{reference}@example.org",
                name=NAMES[reference],
                now=datetime.now(UTC),
                verified_at=datetime.now(UTC),
            )


def _register(town: Town) -> None:
    for place, name, street in (("market", "Café am Markt", "Marktplatz 3, Weimar"), ("station", "Bahnhof, Gleis 2", "Bahnhofstraße 1")):
        kept = town.cafe.client.put(town.cafe.path(f"/locations/{place}"), json={"name": name, "address": street, "region": "Mitte"})
        assert kept.status_code in (200, 201), kept.text
    _ask(town, "/members/anna/cards", {"number": "4006381333931"})
    _ask(town, "/members/anna/consents", {"given": {"newsletter": True}, "lang": "de"})
    _ask(town, "/keys", {"name": "Web shop", "scopes": ["till"]})


def _sell(town: Town) -> None:
    """Guests join week by week and buy; the regulars buy every week."""
    for week in range(WEEKS):
        opens = START + timedelta(weeks=week)
        _set_clock(town, opens + timedelta(hours=12))
        if week < len(GUESTS):
            _ask(town, "/members", {"reference": GUESTS[week], "enrolled_at": opens.isoformat()})
        for number, member in enumerate(("anna", "bert", "carla", *GUESTS[:week])):
            _buy(town, f"week-{week}-{member}", member, 640 + 310 * ((week * 7 + number * 5) % 11), opens + timedelta(hours=number))
    _set_clock(town, NOW)
    for number, member in enumerate(("anna", "bert", "anna", "carla")):
        _buy(town, f"today-{number}", member, 2_400 + 9_200 * number, NOW - timedelta(minutes=40 - 9 * number))


def _set_clock(town: Town, at: datetime) -> None:
    answer = town.cafe.client.put(town.cafe.path("/clock"), json={"to": at.isoformat()})
    assert answer.status_code == 200, answer.text


def _buy(town: Town, order: str, member: str, amount: int, at: datetime) -> None:
    coffee = {"sku": "flat-white", "amount_minor": 390, "categories": ["coffee"]}
    body = purchase(order, member, amount, occurred_at=at.isoformat(), channel="till", location="market")
    _ask(town, "/purchases", {**body, "lines": [coffee, *body["lines"]]})


def _spend(town: Town) -> None:
    """Anna is rich enough for one of each, gives back a line, and sends points to Bert."""
    _ask(town, "/adjustments", {"member": "anna", "amount": 100, "reason": "goodwill"}, Idempotency_Key="kind")
    for reward in ("five-off", "espresso", "beans"):
        town.cafe.post("/redemptions", {"member": "anna", "reward": reward}, Idempotency_Key=f"anna-{reward}")
    _ask(town, "/transfers", {"sender": "anna", "receiver": "bert", "amount": 20}, Idempotency_Key="a-present")
    _ask(town, "/orders/week-7-anna/returns", {"id": "a-return", "lines": [{"sku": "beans"}]})
    _ask(town, "/coupons/sorry/codes", {"count": 3}, Idempotency_Key="sorry")


def _correct(town: Town) -> None:
    """Support asks for more than it may alone."""
    helper = town.site.client(town.site.key("support"))
    body = {"member": "carla", "amount": 450, "reason": "goodwill"}
    answer = helper.post(town.cafe.path("/adjustments"), json=body, headers={"Idempotency-Key": "much"})
    assert answer.status_code == 202, answer.text


def _break_a_line(town: Town) -> None:
    """A tablet comes back with one sale for a card nobody knows."""
    made = _ask(town, "/terminals", {"name": "Tablet 1", "location": "market"})
    sale = {"terminal": made["terminal"], "sequence": 1, "kind": "sale", "at": NOW.isoformat(), "member": "4006-0099", "amount_minor": 1250}
    text = json.dumps(sale)
    key = Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(made["private_key"] + "="))
    event = {"said": text, "signature": urlsafe_b64encode(tills.sign_event(key, text)).decode().rstrip("=")}
    _ask(town, f"/terminals/{made['terminal']}/sync", {"sent_at": NOW.isoformat(), "events": [event]})


def _draft(town: Town) -> None:
    """The owner has a change under way, and somebody asked for a code by mail."""
    name, value = town.cookie_of("owner")
    with httpx2.Client(base_url=town.site.address, headers={"Sec-Fetch-Site": "same-origin"}, cookies={name: value}) as client:
        source = town.cafe.get("/source").text.replace("multiply: 2", "multiply: 3")
        kept = client.post(f"/console/{ADDRESS}/programme/text", data={"source": source})
        assert kept.status_code in (200, 303), kept.text
        sent = client.post(f"/m/{ADDRESS}/sign-in", data={"email": "bert@example.org", "how": "code"})
        assert sent.status_code in (200, 303), sent.text
