"""The member's pages: each opens, shows what is true, does its deed once, refuses strangers, and never shows what is another's."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
import pytest
from PIL import Image

from praemia import access, identity, members
from praemia.foundation.db import Database
from praemia.identity import Kind, Means
from praemia.web.member.routes import ROUTES
from praemia.web.sessions import member_cookie
from tests.web.conftest import CAFE, START, Program, Site, purchase, running_site

A_KEY = "6f0d2f54-7a4e-4c1e-9a0b-3d0f6a6f4f10"


@dataclass(slots=True)
class Reader:
    """A member signed in, with a browser that says where its posts come from."""

    site: Site
    cafe: Program
    reference: str
    program_id: int
    member_id: UUID
    cookies: dict[str, str]
    lang: str = "en"
    _client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": self.lang, "Accept": "text/html"}
        self._client = httpx2.Client(base_url=self.site.address, headers=headers, cookies=self.cookies, timeout=30)

    def get(self, path: str = "", **more: Any) -> httpx2.Response:
        return self._client.get(f"/m/{self.cafe.slug}/{path}", **more)

    def post(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> httpx2.Response:
        return self._client.post(f"/m/{self.cafe.slug}/{path}", data=form or {}, **more)

    def page(self, path: str = "") -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:800])
        return answer.text

    def close(self) -> None:
        self._client.close()


def signed_in(site: Site, cafe: Program, reference: str, lang: str = "en") -> Reader:
    """A reader for a member who is enrolled."""

    async def begin(db: Database) -> tuple[int, UUID, str]:
        async with db.transaction(site.tenant_id) as tx:
            row = await tx.conn.fetchrow("select program_id, member_id from members where reference = $1", reference)
            begun = await identity.begin_session(
                tx,
                Kind.MEMBER,
                row["member_id"],
                program_id=row["program_id"],
                means=Means.PASSKEY,
                device="a test",
                now=site.app.state.face.now(),
            )
            return row["program_id"], row["member_id"], begun.token

    program_id, member_id, token = site.run(begin)
    return Reader(site, cafe, reference, program_id, member_id, {member_cookie(site.tenant_id, program_id): token}, lang)


@pytest.fixture
def anna(database: str) -> Iterator[Reader]:
    for site in running_site(database):
        cafe = site.cafe()
        cafe.enrol("anna")
        reader = signed_in(site, cafe, "anna")
        yield reader
        reader.close()


def test_every_page_sends_strangers_to_sign_in(anna: Reader) -> None:
    with httpx2.Client(base_url=anna.site.address, headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}) as stranger:
        for route in ROUTES:
            if route.page.kind != "member":
                continue
            path = re.sub(r"\{\w+\}", A_KEY, route.path.replace("{address}", "cafe"))
            answer = stranger.request(route.methods[0], path)
            assert (answer.status_code, answer.headers.get("location", "").split("?")[0]) == (303, "/m/cafe/sign-in"), route.path


def test_every_post_from_another_site_is_refused(anna: Reader) -> None:
    for route in ROUTES:
        if "POST" in route.methods:
            path = re.sub(r"\{\w+\}", A_KEY, route.path.replace("/m/{address}/", ""))
            assert anna.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403, route.path


def test_the_card_shows_what_is_held_what_is_near_and_what_happened(anna: Reader) -> None:
    text = anna.page()
    assert "Welcome" in text or "Joined" in text
    assert ">50<" in text.replace("\n", "")
    assert "An espresso" in text
    anna.cafe.post("/purchases", purchase("R1", amount_minor=9900))
    text = anna.page()
    assert "You are 151 Points away from: A pound of beans" in text
    assert 'max="300" value="149"' in text


def test_a_line_opens_the_explanation_of_its_own_event(anna: Reader) -> None:
    event = anna.cafe.post("/purchases", purchase("R1", amount_minor=990)).json()["event"]
    assert f"/m/cafe/points/{event}" in anna.page("points")
    text = anna.page(f"points/{event}")
    assert "One point per euro" in text
    assert "+9 Points" in text
    assert "Double points on quiet afternoons" in text, "what did not apply is told too"
    german = signed_in(anna.site, anna.cafe, "anna", "de")
    assert "Ein Punkt je Euro" in german.page(f"points/{event}")
    german.close()


def test_another_members_events_and_redemptions_are_as_unknown_as_none(anna: Reader) -> None:
    anna.cafe.enrol("bob")
    event = anna.cafe.post("/purchases", purchase("R1", "bob", amount_minor=990)).json()["event"]
    bob = signed_in(anna.site, anna.cafe, "bob")
    assert bob.post("rewards/espresso", {"key": A_KEY}).status_code == 303
    had = bob.get(f"points/{event}")
    assert had.status_code == 200
    mine = re.search(r"/mine/([0-9a-f-]{36})", bob.page("mine"))
    assert mine is not None
    bob.close()
    assert anna.get(f"points/{event}").status_code == 404
    assert anna.get("points/no-event").status_code == 404
    assert anna.get(f"mine/{mine[1]}").status_code == 404
    assert anna.post(f"mine/{mine[1]}/undo").status_code == 404


def test_history_goes_on_page_by_page_and_each_movement_is_on_one_of_them(anna: Reader) -> None:
    for number in range(25):
        anna.cafe.post("/purchases", purchase(f"R{number}", amount_minor=100))
    first = anna.page("points")
    following = re.search(r'href="/m/cafe/(points\?after=[^"]+)"', first)
    assert following is not None
    events = [re.findall(r"/m/cafe/points/([0-9a-f-]{36})", text) for text in (first, anna.page(following[1]))]
    assert len(events[0]) == 20
    assert len(set(events[0]) | set(events[1])) == 26


def test_a_double_tap_redeems_once_and_shows_the_code(anna: Reader) -> None:
    anna.cafe.post("/adjustments", {"member": "anna", "amount": 800, "reason": "for rewards"}, Idempotency_Key="rich")
    page = anna.page("rewards/five-off")
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    first, second = (anna.post("rewards/five-off", {"key": key[1]}) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert anna.cafe.balance("anna") == 450
    text = anna.page(first.headers["location"].removeprefix("/m/cafe/"))
    code = re.search(r"CAFE-\w{8}", text)
    assert code is not None
    used = anna.cafe.post(f"/codes/{code[0]}/use", {"member": "anna"}, Idempotency_Key="till")
    assert used.status_code == 200, used.text
    assert code[0] not in anna.page(first.headers["location"].removeprefix("/m/cafe/"))


def test_what_is_unused_can_be_given_back_and_what_is_used_cannot(anna: Reader) -> None:
    where = anna.post("rewards/espresso", {"key": A_KEY}).headers["location"].removeprefix("/m/cafe/").partition("?")[0]
    assert anna.cafe.balance("anna") == 0
    assert anna.post(f"{where}/undo").status_code == 303
    assert anna.cafe.balance("anna") == 50
    again = anna.post("rewards/espresso", {"key": A_KEY.replace("6", "7")}).headers["location"].removeprefix("/m/cafe/").partition("?")[0]
    anna.cafe.post(f"/redemptions/{again.split('/')[1]}/use", {})
    refused = anna.post(f"{again}/undo")
    assert refused.status_code == 409
    assert "used already" in refused.text


def test_reasons_why_not_yet_are_told_in_words_in_both_languages(anna: Reader) -> None:
    assert "350 Points to go" in anna.page("rewards")
    refused = anna.post("rewards/five-off", {"key": A_KEY})
    assert refused.status_code == 409
    assert "You are 350 Points short: it costs 400 Points, you have 50 Points." in refused.text
    german = signed_in(anna.site, anna.cafe, "anna", "de")
    assert "Noch 350 Punkte" in german.page("rewards")
    assert "Ihnen fehlen 350 Punkte" in german.post("rewards/five-off", {"key": A_KEY}).text
    german.close()


def test_a_reward_that_is_none_is_not_found(anna: Reader) -> None:
    assert anna.get("rewards/yacht").status_code == 404
    assert anna.post("rewards/yacht", {"key": A_KEY}).status_code == 404
    assert anna.post("rewards/espresso", {"key": "no key"}).status_code == 400


def test_the_tier_page_says_what_is_missing(anna: Reader) -> None:
    anna.cafe.post("/purchases", purchase("R1", amount_minor=10000))
    text = anna.page("status")
    assert "On the way to Regular" in text
    assert "€200.00 to go" in text
    assert "Oat milk at no charge" in text


def test_a_pass_finds_its_member_and_ends_with_its_session(anna: Reader) -> None:
    held = anna.post("pass").json()
    (card,) = anna.cafe.get("/members/anna/cards").json()["cards"]
    assert (card["carrier"], card["number"][-4:]) == ("virtual", held["ends"])
    assert "no-store" in anna.post("pass").headers["cache-control"]
    shown = anna.post("code").json()
    assert shown["code"].startswith("99")
    assert 0 < shown["seconds"] <= 30
    till = anna.cafe.post("/passes/resolve", {"code": shown["code"]})
    assert till.json() == {"member": "anna", "status": "active"}
    assert anna.cafe.post("/passes/resolve", {"code": shown["code"]}).json()["code"] == "members.pass_code_used"
    assert held["number"] not in shown["code"], "asking again replaced the first pass"
    other = signed_in(anna.site, anna.cafe, "anna")
    assert len(re.findall(r'name="session" value="([0-9a-f-]{36})"', other.page("me/devices"))) == 1
    assert other.post("me/devices", {"session": "others"}).status_code == 303
    other.close()
    assert anna.get().status_code == 303, "signed out from elsewhere"


def test_the_birthday_can_be_entered_once_and_the_name_changed(anna: Reader) -> None:
    assert "Nobody can be born" in anna.post("me", {"birthdate": "2190-01-01"}).text
    assert anna.post("me", {"name": "Anna B.", "birthdate": "1990-02-28", "lang": "de"}).status_code == 303
    assert anna.post("me", {"name": "Anna C.", "birthdate": "1980-01-01"}).status_code == 303
    assert anna.cafe.get("/members/anna").json()["birthdate"] == "1990-02-28"
    text = anna.page("me?lang=en")
    assert "Anna C." in text
    assert "28 Feb 1990" in text


def test_consents_are_asked_kept_with_proof_and_taken_back(anna: Reader) -> None:
    assert "May we?" in anna.page()
    assert "I want to receive news" in anna.page("me/consents")
    anna.post("me/consents", {"given": ["newsletter"]})
    anna.post("me/consents", {"given": ["newsletter"]})
    anna.post("me/consents")
    said = anna.cafe.get("/members/anna/consents").json()["consents"]
    assert [(one["purpose"], one["given"], one["version"], one["origin"]) for one in said] == [
        ("newsletter", False, 1, "app"),
        ("profile", False, 1, "app"),
        ("newsletter", True, 1, "app"),
    ]
    assert "May we?" not in anna.page(), "everything is answered"
    assert said[0]["sha256"] in anna.page("me/consents")


def test_points_are_sent_once_and_refusals_stand_beside_their_field(anna: Reader) -> None:
    anna.cafe.enrol("bob")
    for typed, told in (
        ({"receiver": "nobody", "amount": "20"}, "Nobody is known by this number"),
        ({"receiver": "anna", "amount": "20"}, "That is you"),
        ({"receiver": "bob", "amount": "5"}, "does not send so few"),
        ({"receiver": "bob", "amount": "5000"}, "do not have so many"),
        ({"receiver": "bob", "amount": "1,5"}, "number above zero"),
    ):
        answer = anna.post("send", {**typed, "unit": "points", "key": A_KEY})
        assert answer.status_code == 422, typed
        assert told in answer.text
    sent = [anna.post("send", {"receiver": "bob", "amount": "20", "unit": "points", "key": A_KEY}) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303]
    assert (anna.cafe.balance("anna"), anna.cafe.balance("bob")) == (30, 70)
    where = sent[0].headers["location"].removeprefix("/m/cafe/")
    assert "anna sent 20 Points to bob" in anna.page(where)
    bob = signed_in(anna.site, anna.cafe, "bob")
    assert "+20 Points" in bob.page(where), "who receives may look as well"
    bob.close()


def test_the_export_holds_everything_with_explanations(anna: Reader) -> None:
    anna.cafe.post("/purchases", purchase("R1", amount_minor=990))
    anna.post("rewards/espresso", {"key": A_KEY})
    anna.post("me/consents", {"given": ["profile"]})
    answer = anna.get("me/export")
    assert "attachment" in answer.headers["content-disposition"]
    everything = json.loads(answer.text)
    assert {"contact", "member", "cards", "consents", "sessions", "balances", "lots", "redemptions", "history"} <= everything.keys()
    assert len(everything["history"]) == 3
    sentences = [rule["sentence"] for line in everything["history"] for rule in line["explanation"]["rules"]]
    assert any("One point per euro" in sentence for sentence in sentences)
    assert len(everything["redemptions"]) == 1
    assert len(everything["consents"]) == 2, "one yes, one no"


def test_leaving_wants_the_word_forgets_the_person_and_signs_out(anna: Reader) -> None:
    anna.post("me", {"name": "Anna B.", "birthdate": "1990-02-28"})
    wrong = anna.post("me/leave", {"word": "yes"})
    assert wrong.status_code == 422
    assert anna.get().status_code == 200
    left = anna.post("me/leave", {"word": "leave"})
    assert left.headers["location"] == "/m/cafe/gone"
    assert anna.get("gone").status_code == 200
    assert anna.get().status_code == 303

    async def remains(db: Database) -> tuple[Any, Any, Any]:
        async with db.transaction(anna.site.tenant_id) as tx:
            contact = (await identity.contacts_of(tx, anna.site.rooms.vault, [anna.member_id])).get(anna.member_id)
            profile = (await members.profiles_of(tx, [anna.member_id]))[anna.member_id]
            return contact, profile, (await access.audit_of(tx))[0]

    contact, profile, entry = anna.site.run(remains)
    assert contact is None or (contact.name, contact.email) == ("", "")
    assert (profile.birthdate, dict(profile.attributes)) == (None, {})
    assert (entry.action, entry.actor.member_id) == ("members.membership.closed", anna.member_id)
    assert anna.cafe.balance("anna") == 50, "the ledger keeps what was booked"
    assert anna.cafe.post("/purchases", purchase("R9")).json()["code"] == "members.closed"


def test_the_app_is_installable_and_its_worker_stays_in_its_programme(anna: Reader) -> None:
    manifest = anna.get("manifest.webmanifest")
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    document = manifest.json()
    assert (document["name"], document["scope"], document["display"]) == ("Coffee Friends", "/m/cafe/", "standalone")
    worker = anna.get("sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert '"scope": "/m/cafe/"' in worker.text
    for path in json.loads(worker.text.splitlines()[0].removeprefix("const KEPT = ").removesuffix(";"))["assets"]:
        assert anna._client.get(path).status_code == 200, path


def test_the_pages_of_every_example_programme_open(anna: Reader) -> None:
    for file in sorted(CAFE.parent.glob("*.yaml")):
        source = file.read_text("utf-8")
        slug = re.search(r"^program: (\S+)", source, re.M)
        assert slug is not None
        if slug[1] == "cafe":
            continue
        put = anna.cafe.client.put(
            f"/v1/programs/{slug[1]}",
            params={"mode": "sandbox", "clock": START.isoformat()},
            content=source,
            headers={"Content-Type": "application/yaml"},
        )
        assert put.status_code == 201, put.text
        program = Program(anna.cafe.client, slug[1])
        program.enrol(f"member-of-{slug[1]}")
        reader = signed_in(anna.site, program, f"member-of-{slug[1]}", "de")
        for path in ("", "points", "rewards", "mine", "me", "me/consents", "me/export", "me/leave"):
            assert reader.get(path).status_code == 200, (slug[1], path)
        assert reader.get("status").status_code in (200, 404), slug[1]
        assert reader.get("send").status_code in (200, 404), slug[1]
        reader.close()


def test_a_reward_shows_its_picture_and_nothing_where_there_is_none(anna: Reader) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "#804020").save(drawn, "PNG")
    client, path = anna.cafe.client, anna.cafe.path
    kept = client.post(path("/pictures"), content=drawn.getvalue(), headers={"Content-Type": "image/png"})
    digest = kept.json()["digest"]
    source = CAFE.read_text("utf-8").replace("  - id: beans\n", f"  - id: beans\n    picture: {digest}\n")
    assert client.put(path(), content=source, headers={"Content-Type": "application/yaml"}).status_code == 200
    shown = re.compile(rf'<img class="picture[^"]*" src="/pictures/cafe/{digest}\.webp" alt=""[^>]* loading="lazy"')
    assert len(shown.findall(anna.page("rewards"))) == 1
    assert shown.search(anna.page("rewards/beans"))
    assert "<img" not in anna.page("rewards/trees")
    assert anna.get(f"../../pictures/cafe/{digest}.webp").headers["content-type"] == "image/webp"


def test_what_a_purchase_gave_in_two_units_is_one_line_and_one_is_singular(anna: Reader) -> None:
    lines = [{"sku": "flat-white", "amount_minor": 390, "categories": ["coffee"]}]
    anna.cafe.post("/purchases", {"order": "both", "member": "anna", "lines": lines})
    page = anna.page("points")
    assert page.count(">Purchase<") == 1
    assert "+3 Points" in page
    assert re.search(r"\+1 Stamp\b", page)


def test_a_redemption_is_explained_with_the_name_of_its_unit(anna: Reader) -> None:
    made = anna.cafe.post("/redemptions", {"member": "anna", "reward": "espresso"}, Idempotency_Key="e").json()
    german = signed_in(anna.site, anna.cafe, "anna", "de")
    assert "50 Punkte für 1 × Ein Espresso eingelöst" in german.page(f"points/{made['event']}")
    german.close()
