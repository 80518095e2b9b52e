"""How a programme appears: pictures come in over the API and out as WebP kept for ever, the brand is a stylesheet of its version."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from tests.web.conftest import CAFE, Site


def _png(colour: str = "#9a3f12") -> bytes:
    into = BytesIO()
    Image.new("RGB", (300, 200), colour).save(into, "PNG")
    return into.getvalue()


def test_a_logo_goes_from_upload_to_page(site: Site) -> None:
    cafe = site.cafe()
    made = cafe.client.post(cafe.path("/pictures"), content=_png(), headers={"Content-Type": "image/png"})
    assert made.status_code == 200, made.text
    picture = made.json()
    served = site.client("").get(picture["path"])
    assert (served.headers["Content-Type"], served.headers["Cache-Control"]) == ("image/webp", "public, max-age=31536000, immutable")
    assert cafe.get("/pictures").json()["pictures"] == [picture]
    branded = CAFE.read_text("utf-8") + f'\nbrand: {{ colour: "#00573f", font: serif, logo: {picture["digest"]} }}\n'
    assert cafe.client.put(cafe.path(), content=branded, headers={"Content-Type": "application/yaml"}).status_code == 200
    page = site.client("").get("/p/cafe").text
    assert picture["path"] in page
    stylesheet = site.client("").get("/brand/cafe.css")
    assert "--brand:light-dark(#00573f," in stylesheet.text
    assert "Georgia" in stylesheet.text


def test_a_stylesheet_is_kept_for_ever_under_its_versions_digest_alone(site: Site) -> None:
    site.cafe()
    client = site.client("")
    linked = next(part for part in client.get("/p/cafe").text.split('"') if part.startswith("/brand/cafe.css?v="))
    assert "immutable" in client.get(linked).headers["Cache-Control"]
    assert client.get("/brand/cafe.css?v=000000000000").headers["Cache-Control"] == "no-cache"
    assert client.get("/brand/nowhere.css").status_code == 404


def test_what_is_no_picture_and_who_may_not_upload_is_refused(site: Site) -> None:
    cafe = site.cafe()
    kind = {"Content-Type": "image/png"}
    assert cafe.client.post(cafe.path("/pictures"), content=b"<svg/>", headers=kind).json()["code"] == "pictures.unreadable"
    assert cafe.client.post(cafe.path("/pictures"), content=b"<svg/>", headers={"Content-Type": "image/svg+xml"}).status_code == 415
    reader = site.client(site.key("reader"))
    assert reader.post(cafe.path("/pictures"), content=_png(), headers=kind).status_code == 403
    assert reader.get(cafe.path("/pictures")).status_code == 403
    assert reader.put(cafe.path("/address"), json={"address": "kaffee"}).status_code == 403


def test_every_deed_about_looks_is_in_the_audit_log(site: Site) -> None:
    cafe = site.cafe()
    cafe.client.post(cafe.path("/pictures"), content=_png(), headers={"Content-Type": "image/png"})
    cafe.client.put(cafe.path("/address"), json={"address": "kaffee"})
    actions = [each["action"] for each in cafe.get("/audit").json()["entries"]]
    assert {"pictures.picture.kept", "addresses.address.claimed"} <= set(actions)


def test_static_files_are_kept_for_ever_under_their_digest_alone(site: Site) -> None:
    client = site.client("")
    linked = next(part for part in client.get("/").text.split('"') if part.startswith("/static/praemia.css?v="))
    assert "immutable" in client.get(linked).headers["Cache-Control"]
    assert client.get("/static/praemia.css").headers["Cache-Control"] == "no-cache"
    assert client.get("/static/praemia.css?v=0000000000").headers["Cache-Control"] == "no-cache"
