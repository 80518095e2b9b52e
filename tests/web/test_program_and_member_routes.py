"""Programmes, members and clocks through a real server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.web.conftest import CAFE, START, Program, Site, purchase

YAML = {"Content-Type": "application/yaml"}


def test_a_programme_is_applied_once_and_read_back_byte_for_byte(site: Site) -> None:
    client = site.client()
    source = CAFE.read_bytes()
    first = client.put("/v1/programs/cafe", content=source, headers=YAML)
    assert (first.status_code, first.json()) == (201, {"program": "cafe", "version": 1, "effective_from": None, "changed": True})
    again = client.put("/v1/programs/cafe", content=source, headers=YAML)
    assert (again.status_code, again.json()["changed"]) == (200, False)
    assert client.get("/v1/programs/cafe/source").content == source
    changed = source.replace(b"points: 50", b"points: 60")
    second = client.put("/v1/programs/cafe", params={"note": "more"}, content=changed, headers=YAML).json()
    assert (second["version"], second["changed"]) == (2, True)
    assert client.get("/v1/programs/cafe/source", params={"version": 1}).content == source
    assert client.get("/v1/programs/cafe/source", params={"version": 3}).json()["code"] == "programs.version_unknown"


def test_a_plan_writes_nothing(site: Site) -> None:
    client = site.client()
    plan = client.post("/v1/programs/cafe/plan", content=CAFE.read_bytes(), headers=YAML)
    assert (plan.status_code, plan.json()["base"]) == (200, None)
    assert client.get("/v1/programs/cafe").status_code == 404


def test_faults_of_a_file_come_with_lines_and_nothing_is_created(site: Site) -> None:
    client = site.client()
    broken = CAFE.read_text("utf-8").replace("trigger: purchase", "triger: purchase")
    refused = client.put("/v1/programs/cafe", content=broken, headers=YAML)
    assert (refused.status_code, refused.json()["code"]) == (422, "input.invalid")
    assert all(fault["line"] for fault in refused.json()["faults"])
    other = client.put("/v1/programs/kiosk", content=CAFE.read_bytes(), headers=YAML)
    assert other.json()["faults"][0]["path"] == "/program"
    binary = client.put("/v1/programs/cafe", content=b"\xff\xfe", headers=YAML)
    assert (binary.status_code, binary.json()["faults"][0]["code"]) == (422, "not_utf8")
    assert client.get("/v1/programs/cafe").status_code == 404


def test_unknown_query_parameters_are_refused(site: Site) -> None:
    cafe = site.cafe()
    fault = cafe.get("/members/anna/balances", asof="2026-01-01T00:00:00Z").json()["faults"][0]
    assert (fault["path"], fault["suggestion"]) == ("?asof", "as_of")
    assert cafe.get("/members/anna/history", limit="many").json()["faults"][0]["path"] == "?limit"
    assert cafe.get("/members/anna/history", limit=201).status_code == 422
    assert cafe.get("/members/anna/history", after="nonsense").json()["faults"][0]["path"] == "?after"


def test_members_are_enrolled_once_read_and_changed(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna", birthdate="1990-02-28", attributes={"vip": True})
    taken = cafe.post("/members", {"reference": "anna"})
    assert (taken.status_code, taken.json()["code"]) == (409, "members.already_enrolled")
    answer = cafe.client.patch(cafe.path("/members/anna"), json={"segments": ["b", "a"]})
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert (changed["segments"], changed["birthdate"], changed["attributes"]) == (["a", "b"], "1990-02-28", {"vip": True})
    assert cafe.get("/members/anna").json() == changed
    assert cafe.client.patch(cafe.path("/members/anna"), json={"birthdate": None}).status_code == 422
    assert cafe.client.patch(cafe.path("/members/nobody"), json={}).status_code == 404


def test_references_may_hold_anything_a_card_can(site: Site) -> None:
    cafe = site.cafe()
    for reference in ("ünïcode 卡", "a/b/balances", "per%cent", "q?x=1#y", "+49 30"):
        cafe.enrol(reference)
        quoted = "".join(f"%{byte:02X}" for byte in reference.encode())
        assert cafe.get(f"/members/{quoted}/history").json()["entries"][0]["amount"] == 50, reference
        assert cafe.get(f"/members/{quoted}/balances").json()["member"] == reference


def test_history_pages_meet_without_gap_or_overlap(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    for n in range(7):
        cafe.post("/purchases", purchase(f"R{n}", amount_minor=100 * (n + 1)))
    amounts: list[int] = []
    after: str | None = None
    while True:
        page = cafe.get("/members/anna/history", limit=3, **({"after": after} if after else {})).json()
        amounts += [entry["amount"] for entry in page["entries"]]
        after = page["next"]
        if after is None:
            break
        cafe.post("/purchases", purchase(f"late {after}", amount_minor=5000))
    assert amounts == [7, 6, 5, 4, 3, 2, 1, 50]


def test_balances_can_be_asked_for_an_earlier_instant(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    cafe.client.put(cafe.path("/clock"), json={"to": "2026-03-10T09:00:00Z"})
    cafe.post("/purchases", purchase("R1"))
    assert cafe.balance("anna") == 60
    earlier = cafe.get("/members/anna/balances", as_of="2026-03-09T00:00:00Z").json()
    assert (earlier["as_of"], earlier["balances"][0]["available"]) == ("2026-03-09T00:00:00Z", 50)


def test_only_a_sandbox_clock_moves_and_only_forward(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna", birthdate="1990-03-05")
    assert cafe.get("/clock").json()["clock"] == START.isoformat().replace("+00:00", "Z")
    assert cafe.client.put(cafe.path("/clock"), json={"to": "2026-03-06T00:00:00+01:00"}).json() == {
        "clock": "2026-03-05T23:00:00Z",
        "nights": 3,
    }
    assert cafe.balance("anna") == 150
    back = cafe.client.put(cafe.path("/clock"), json={"to": "2026-03-05T00:00:00Z"})
    assert (back.status_code, back.json()["code"]) == (409, "nights.clock_backwards")
    for to in ("2031-03-20T00:00:00Z", "2199-01-01T00:00:00Z"):
        too_far = cafe.client.put(cafe.path("/clock"), json={"to": to})
        assert (too_far.status_code, too_far.json()["code"]) == (422, "nights.clock_too_far")
    site.client().put("/v1/programs/live", content=CAFE.read_text("utf-8").replace("program: cafe", "program: live"), headers=YAML)
    fixed = site.client().put("/v1/programs/live/clock", json={"to": "2036-01-01T00:00:00Z"})
    assert (fixed.status_code, fixed.json()["code"]) == (409, "nights.not_a_sandbox")


def test_units_that_came_or_went_since_are_still_counted(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna", enrolled_at="2026-03-01T00:00:00Z")
    cafe.post("/purchases", purchase("R1", occurred_at="2026-03-02T09:00:00Z"))
    source = CAFE.read_text("utf-8")
    start, end = source.index("  stamps:"), source.index("activities:")
    changed = source[:start] + "  miles:\n    name: { en: Miles }\n    decimals: 2\n\n" + source[end:]
    changed = changed.replace("to: stamps", "to: miles")
    cafe.client.put(cafe.path("/clock"), json={"to": "2026-03-04T09:00:00Z"})
    applied = cafe.client.put(cafe.path(), content=changed, headers=YAML)
    assert applied.json()["version"] == 2, applied.text
    lines = [{"sku": "flat-white", "amount_minor": 390, "categories": ["coffee"]}]
    today = cafe.post("/purchases", {**purchase("R2"), "lines": lines}).json()
    assert (today["version"], {award["unit"]: award["amount"] for award in today["awards"]}) == (2, {"points": 3, "miles": 100})
    late = cafe.post("/purchases", {**purchase("R3"), "occurred_at": "2026-03-03T08:00:00Z", "lines": lines}).json()
    assert (late["version"], {award["unit"] for award in late["awards"]}) == (1, {"points", "stamps"})
    assert {held["unit"]: held["decimals"] for held in late["balances"]} == {"points": 0, "stamps": 0, "miles": 2}


def test_a_refused_enrolment_enrols_nobody(site: Site) -> None:
    cafe = site.cafe()
    refused = cafe.post("/members", {"reference": "anna", "enrolled_at": "2030-01-01T00:00:00Z"})
    assert (refused.status_code, refused.json()["code"]) == (422, "earning.in_future")
    assert cafe.get("/members/anna").status_code == 404
    body = {
        "commands": [{"type": "member", "reference": "ben", "enrolled_at": "2030-01-01T00:00:00Z"}, {"type": "member", "reference": "ben"}]
    }
    assert [result["status"] for result in cafe.post("/batch", body).json()["results"]] == [422, 201]


def test_whoever_reads_after_a_purchase_was_answered_sees_it_however_many_read(site: Site) -> None:
    cafe = site.cafe()
    names = [f"m{n}" for n in range(6)]
    for name in names:
        cafe.enrol(name)

    def buy_and_read(name: str) -> None:
        own = Program(site.client(), cafe.slug)
        for n in range(15):
            bought = own.post("/purchases", purchase(f"{name}-{n}", name)).json()
            after = next(held["amount"] for held in bought["balances"] if held["unit"] == "points")
            assert own.balance(name) == after
            assert own.balance(names[n % 6]) >= 50

    with ThreadPoolExecutor(len(names)) as crowd:
        for done in [crowd.submit(buy_and_read, name) for name in names]:
            done.result()


def test_balances_are_answered_by_any_name_of_a_member_and_refused_for_others(site: Site) -> None:
    cafe = site.cafe()
    for name in ("anna", "ben"):
        cafe.enrol(name)
    assert cafe.post("/members/anna/cards", {"number": "4006"}).is_success
    plain = cafe.get("/members/anna/balances").json()
    assert plain["as_of"] == "2026-03-03T09:00:00Z"
    assert cafe.get("/members/4006/balances").json() == plain
    assert cafe.post("/members/anna/merges", {"drop": "ben"}).is_success
    merged = cafe.get("/members/ben/balances").json()
    assert (merged, merged["member"], merged["balances"][0]["available"]) == (cafe.get("/members/anna/balances").json(), "anna", 100)
    nobody = cafe.get("/members/nobody/balances")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "members.unknown")
    assert cafe.post("/cards/4006/block", {"reason": "lost"}).is_success
    blocked = cafe.get("/members/4006/balances")
    assert (blocked.status_code, blocked.json()["code"]) == (409, "members.card_blocked")
