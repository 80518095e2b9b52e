"""The browser of these tests: where it is, how it is started, and what it complained about while a page was open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# No sandbox: tests may run as root. The others keep it from speaking to anybody but us.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_LISTEN_FOR_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def installed() -> str | None:
    """The path of a Chromium, or None. PRAEMIA_CHROMIUM names another one."""
    named = os.environ.get("PRAEMIA_CHROMIUM")
    return named if named else next((found for found in map(shutil.which, _NAMES) if found), None)


@contextmanager
def running(path: str) -> Iterator[Browser]:
    """A browser with a profile of its own, closed afterwards, so that no loop is left running in this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Ear:
    """Hears everything a context's pages complain of: errors on the console, uncaught errors, violations of the policy."""

    heard: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        """Listen to every page of the context."""
        context.add_init_script(_LISTEN_FOR_VIOLATIONS)
        context.on("page", self._follow)

    def _follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"{page.url}: {error}"))

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.heard.append(f"{message.location.get('url', '')}: {message.text}")
