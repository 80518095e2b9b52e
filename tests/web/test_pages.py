"""The pages beside the API: the start page tells the truth, its lines work, and nothing is loaded from elsewhere."""

from __future__ import annotations

import hashlib
import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from praemia.web.errors import TABLE
from tests.web.conftest import ShownDemo, Site

STATIC = Path(__file__).resolve().parents[2] / "src" / "praemia" / "web" / "static"


def _demo(site: Site) -> ShownDemo:
    cafe = site.cafe()
    cafe.enrol("anna")
    shown = ShownDemo(tenant_id=site.tenant_id, program="cafe", member="anna", secret=site.owner)
    site.rooms.demo = shown
    return shown


def test_without_a_demonstration_the_start_page_tells_nothing(site: Site) -> None:
    site.cafe()
    page = site.client("").get("/")
    assert page.status_code == 200
    assert "make demo" in page.text
    for word in ("cafe", "Coffee", "praemia_live_", "curl"):
        assert word not in page.text


def test_the_start_page_shows_the_state_of_the_demonstration_in_both_languages(site: Site) -> None:
    _demo(site)
    client = site.client("")
    english = client.get("/")
    assert english.headers["Content-Language"] == "en"
    assert "Coffee Friends" in english.text
    assert "Sandbox · version 1 · 3 Mar, 10:00" in english.text
    figures = re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", english.text)
    assert figures == [("members", "1"), ("Points held", "50"), ("Stamps held", "0")]
    german = client.get("/", headers={"Accept-Language": "fr, de-AT;q=0.8, en;q=0.5"})
    assert german.headers["Content-Language"] == "de"
    assert "Kaffeefreunde" in german.text
    assert client.get("/?lang=en", headers={"Accept-Language": "de"}).headers["Content-Language"] == "en"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_line_of_the_start_page_works_and_the_second_time_too(site: Site) -> None:
    _demo(site)
    page = site.client("").get("/").text
    lines = [html.unescape(line) for line in re.findall(r"<code>(curl.*?)</code>", page, re.DOTALL)]
    assert len(lines) == 6
    for _ in range(2):
        for line in lines:
            done = subprocess.run(
                ["bash", "-c", line + " --silent --show-error --fail-with-body"], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (line, done.stdout, done.stderr)


def test_a_strange_host_header_does_not_get_into_the_lines(site: Site) -> None:
    _demo(site)
    page = site.client("").get("/", headers={"Host": "evil.example/';rm -rf ~;'"})
    assert "evil.example" not in page.text


def test_no_page_loads_anything_from_elsewhere_or_runs_inline(site: Site) -> None:
    _demo(site)
    client = site.client("")
    for address in ("/", "/docs", "/problems/input.invalid", "/problems/members.unknown?lang=de"):
        page = client.get(address)
        assert page.status_code == 200
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text), address
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page.text), address
        for local in re.findall(r'(?:src|href)="(/[^"?#]*)', page.text):
            assert client.get(local).status_code in (200, 303), (address, local)


def test_every_problem_has_its_page_and_nothing_else_has_one(site: Site) -> None:
    client = site.client("")
    for code, meaning in TABLE.items():
        page = client.get(f"/problems/{code}")
        assert page.status_code == 200
        assert html.escape(meaning.title, quote=False).split("'")[0] in html.unescape(page.text)
    assert client.get("/problems/no.such").status_code == 404


def test_health_says_whether_the_database_answers(site: Site) -> None:
    healthy = site.client("").get("/health")
    assert (healthy.status_code, healthy.json()["status"], healthy.json()["database"]) == (200, "ok", True)


def test_vendored_files_are_those_of_the_manifest() -> None:
    vendor = STATIC / "vendor"
    lines = (line.split("  ") for line in (vendor / "MANIFEST").read_text().splitlines())
    listed = {name: digest for digest, name in lines}
    found = {
        str(path.relative_to(vendor)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file() and path.name not in ("MANIFEST", "README.md")
    }
    assert found == listed
    assert {"swagger-ui/LICENSE", "swagger-ui/NOTICE"} <= found.keys()
    assert {"zxing-wasm/LICENSE", "zxing-wasm/LICENSE.zxing-cpp", "zxing-wasm/NOTICE"} <= found.keys()


def test_static_files_come_compressed_and_answers_of_the_api_do_not(site: Site) -> None:
    client = site.client()
    bundle = client.get("/static/vendor/swagger-ui/swagger-ui-bundle.js")
    assert bundle.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/openapi.json").headers
    assert client.get("/static/../pages.py").status_code == 404
    assert client.get("/static/%2e%2e/pages.py").status_code == 404
