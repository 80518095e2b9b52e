"""Real Chromium against a real server; without a Chromium these tests are skipped, visibly.

site     the town: a sandbox with members, purchases and staff (town.py); a module's own, since its tests change it
chrome   the browser, one for all modules: starting it costs more than most tests; open contexts with `site.context(chrome, "owner")`
ear      what the pages complained of; the test fails when it heard anything
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import chromium
from tests.e2e.chromium import Ear
from tests.e2e.town import Town, settle
from tests.web.conftest import running_site

_PATIENCE_MS = 15_000  # for what a page shall show in the end: a machine may be busy


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    """The browser, closed when the last test of this folder is done: its loop would be in the way of asynchronous tests."""
    path = chromium.installed()
    if path is None:
        pytest.skip("no Chromium here: .ci/browser installs one on Debian, or set PRAEMIA_CHROMIUM to its path")
    expect.set_options(timeout=_PATIENCE_MS)
    with chromium.running(path) as browser:
        yield browser


@pytest.fixture(scope="module")
def site(module_database: str) -> Iterator[Town]:
    """The town, on a database of the module's own."""
    for running in running_site(module_database):
        yield settle(running)


@pytest.fixture
def ear() -> Iterator[Ear]:
    """Pass it to `site.context`; what it hears fails the test."""
    ear = Ear()
    yield ear
    assert ear.heard == []
