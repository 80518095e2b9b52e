"""The catalogue in the console: stock and pictures count at once, codes are handed out once, terms stay for ever."""

from __future__ import annotations

import html
import io
import re

from PIL import Image

from tests.web.office import SOURCE, Staff


def test_the_stock_of_a_reward_is_changed_at_once_and_in_its_own_line(owner: Staff) -> None:
    assert "100 of 100 left" in owner.page("/rewards")
    text = owner.does("/rewards/beans/stock", {"stock": "150"})
    assert "The stock was changed" in text
    assert owner.source() == SOURCE.replace("stock: 100", "stock: 150")
    refused = owner.post("/rewards/beans/stock", {"stock": "many"})
    assert refused.status_code == 422
    assert 'id="f-stock-fault"' in refused.text
    owner.does("/rewards/beans/stock", {"stock": ""})
    assert "stock:" not in owner.source()
    assert owner.get("/rewards/yacht").status_code == 404
    assert owner.post("/rewards/yacht/stock", {"stock": "1"}).status_code == 404


def test_a_picture_is_drawn_anew_and_shown(owner: Staff) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "#804020").save(drawn, "PNG")
    answer = owner._client.post("/console/cafe/programme/rewards/beans/picture", files={"picture": ("beans.png", drawn.getvalue())})
    assert answer.status_code == 303, answer.text[:2000]
    found = re.search(r'src="(/pictures/cafe/[0-9a-f]{64}\.webp)"', owner.page("/rewards/beans"))
    assert found is not None
    assert owner._client.get(found[1]).headers["content-type"] == "image/webp"
    refused = owner._client.post("/console/cafe/programme/rewards/beans/picture", files={"picture": ("beans.png", b"no picture")})
    assert refused.status_code == 422
    owner._client.post("/console/cafe/programme/rewards/beans/picture", files={"nothing": ("", b"")})
    assert owner.source() == SOURCE


def test_a_pool_is_filled_exported_and_emptied(owner: Staff) -> None:
    source = SOURCE.replace('code: { pattern: "CAFE-########", valid_days: 90, bound: true }', "code: { pool: cinema }")
    assert source != SOURCE
    assert owner.cafe.client.put(owner.cafe.path(), content=source, headers={"Content-Type": "application/yaml"}).status_code == 200
    assert "0 codes left" in owner.page("/codes")
    for codes in ("AAA-111\nBBB-222\n\nCCC-333\n", "bbb222"):
        assert "3 codes left" in owner.does("/codes/add", {"pool": "cinema", "codes": codes})
    assert "5 codes left" in owner.does("/codes/add", {"pool": "cinema", "pattern": "KINO-########", "count": "2"})
    exported = owner.post("/codes/export", {"pool": "cinema"})
    assert exported.headers["content-type"].startswith("text/csv")
    assert sorted(exported.text.split())[:3] == ["AAA-111", "BBB-222", "CCC-333"]
    assert len(exported.text.split()) == 5
    guessable = owner.post("/codes/add", {"pool": "cinema", "pattern": "KINO-##", "count": "2"})
    assert guessable.status_code == 422
    assert "can be guessed" in guessable.text
    assert owner.post("/codes/add", {"pool": "cinema", "pattern": "KINO-########", "count": "0"}).status_code == 422
    assert owner.post("/codes/add", {"pool": "nobody", "codes": "A"}).status_code == 404
    assert "0 codes left" in owner.does("/codes/withdraw", {"pool": "cinema"})
    owner.cafe.enrol("cineast")
    owner.cafe.post("/adjustments", {"member": "cineast", "amount": 800, "reason": "goodwill"}, Idempotency_Key="cineast")
    empty = owner.cafe.post("/redemptions", {"member": "cineast", "reward": "five-off"}, Idempotency_Key="cineast-redeems")
    assert empty.json()["code"] == "catalogue.pool_empty", "withdrawn codes are never handed out"


def test_codes_of_a_coupon_are_issued_once_and_made_void(owner: Staff) -> None:
    page = owner.page("/codes")
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once is not None
    form = {"coupon": "sorry", "count": "3", "member": "", "once": once[1]}
    first = owner.post("/codes/issue", form)
    assert first.status_code == 200, first.text[:2000]
    codes = re.findall(r"<li>(SORRY-\w{8})</li>", first.text)
    assert len(codes) == 3
    again = owner.post("/codes/issue", {**form, "as": "file"})
    assert sorted(again.text.split()) == sorted(codes), "a second tap is the first again"
    owner.cafe.enrol(f"user-{codes[0]}")
    assert "made void" in owner.does("/codes/void", {"code": codes[0]}).lower()
    used = owner.cafe.post(f"/coupons/{codes[0]}/use", {"member": f"user-{codes[0]}"}, Idempotency_Key=codes[0])
    assert used.json()["code"] == "catalogue.code_unknown"
    assert owner.post("/codes/void", {"code": "SORRY-NOTTHERE"}).status_code == 422
    assert owner.post("/codes/issue", {**form, "coupon": "nobody"}).status_code == 404


def test_terms_are_compared_before_they_are_published(owner: Staff) -> None:
    texts = {"text.de": "# Teilnahme\n\nWer will.", "text.en": "# Taking part\n\nWhoever wants."}
    compared = owner.post("/terms", {**texts, "then": "compare"})
    assert '<span class="new">+ # Taking part' in compared.text
    page = owner.does("/terms", {**texts, "effective_from": "2026-03-03", "then": "publish"})
    assert "The terms were published" in page
    version = len(re.findall(r"Version \d+", page))
    text = html.unescape(owner._client.get(f"/p/cafe/terms?version={version}").text)
    assert "<h2>Taking part</h2>" in text
    past = owner.post("/terms", {**texts, "effective_from": "2020-01-01", "then": "publish"})
    assert past.status_code == 422
    assert 'id="f-effective_from-fault"' in past.text
    assert owner.post("/terms", {"text.de": "", "text.en": "", "then": "publish"}).status_code == 422


def test_colours_and_logo_are_a_change_like_any_other(owner: Staff) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), "#204060").save(drawn, "PNG")
    form = {"colour": "#1f5f3f", "colour_dark": "#f0a070", "accent": "#2d62a0", "font": "serif"}
    answer = owner._client.post("/console/cafe/programme/looks", data=form, files={"logo": ("logo.png", drawn.getvalue())})
    assert answer.status_code == 303, answer.text[:2000]
    written = owner.draft()
    assert "#1f5f3f" in written
    assert "colour_dark" not in written, "nobody asked for a dark colour of their own"
    assert owner.source() == SOURCE
    owner.does("/apply", {"when": "now"})
    assert "/pictures/cafe/" in owner.page("/looks")
    assert re.search(r'<img src="/pictures/cafe/[0-9a-f]{64}\.webp"', owner._client.get("/p/cafe").text)
    pale = owner._client.post("/console/cafe/programme/looks", data={**form, "colour": "#ffffee"})
    assert pale.status_code == 422
    assert 'id="f-colour-fault"' in pale.text
