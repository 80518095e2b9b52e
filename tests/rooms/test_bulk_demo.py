"""The demo as a newcomer starts it: a process of its own with a PostgreSQL of its own, spoken to over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bench.processes import free_port

SECONDS_TO_STOP = 10
SECONDS_TO_START = 60


class Running:
    """A demo process and its address."""

    def __init__(self, folder: Path, months: int) -> None:
        self.port = free_port()
        command = ["demo", "--data", str(folder), "--port", str(self.port), "--months", str(months), "--members", "25"]
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        self.log = folder.with_suffix(".log")
        with self.log.open("ab") as log:
            self._said_before = log.tell()  # by one that was killed
            self.process = subprocess.Popen([sys.executable, "-m", "praemia", *command], env=environment, stdout=log, stderr=log)

    def get(self, path: str, secret: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return httpx2.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, trust_env=False, timeout=10).json()

    def wait_for_health(self) -> None:
        self._wait(lambda: self.get("/health")["status"] == "ok")

    def wait_for(self, words: str) -> None:
        self._wait(lambda: words in self.log.read_bytes()[self._said_before :].decode("utf-8"))

    def stop(self, how: signal.Signals) -> float:
        """Send a signal and answer the seconds until the process has ended."""
        begun = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(60)
        return time.monotonic() - begun

    def _wait(self, holds: Any) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text("utf-8")
            try:
                if holds():
                    return
            except (httpx2.TransportError, FileNotFoundError):
                pass
            time.sleep(0.1)
        raise AssertionError(self.log.read_text("utf-8"))


@contextmanager
def demo(folder: Path, months: int = 1) -> Iterator[Running]:
    running = Running(folder, months)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo's folder after a first start that was left alone."""
    folder = tmp_path_factory.mktemp("demo") / "lived"
    with demo(folder) as first:
        first.wait_for_health()
        first.wait_for("Ready.")
        first.stop(signal.SIGTERM)
    return folder


def state_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "demo.json").read_text("utf-8"))
    return found


def test_a_second_start_finds_the_same_key_and_points_and_stops_in_time(lived: Path) -> None:
    before = state_of(lived)
    with demo(lived) as second:
        second.wait_for_health()
        programme = second.get("/v1/programs/cafe", before["secret"])
        assert programme["mode"] == "sandbox"
        assert second.get("/v1/programs/cafe/members/M01", before["secret"])["member"] == "M01"
        assert second.stop(signal.SIGINT) < SECONDS_TO_STOP
    assert second.process.returncode == 0
    assert state_of(lived) == before
    assert stat.S_IMODE((lived / "demo.json").stat().st_mode) == 0o600


def test_a_demo_killed_while_it_lives_its_year_ends_where_one_left_alone_ends(lived: Path, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    with demo(folder) as killed:
        killed.wait_for("API key")
        time.sleep(0.2)
        killed.stop(signal.SIGKILL)
    secret = state_of(folder)["secret"]
    with demo(folder) as again:
        again.wait_for("Ready.")
        balances = {n: again.get(f"/v1/programs/cafe/members/M{n:02d}/balances", secret)["balances"] for n in range(1, 26)}
        again.stop(signal.SIGTERM)
    with demo(lived) as untouched:
        untouched.wait_for_health()
        secret = state_of(lived)["secret"]
        assert balances == {n: untouched.get(f"/v1/programs/cafe/members/M{n:02d}/balances", secret)["balances"] for n in range(1, 26)}
        untouched.stop(signal.SIGTERM)
    assert any(unit["lifetime"] for units in balances.values() for unit in units)


def test_a_taken_port_is_refused_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "praemia", "demo", "--data", str(tmp_path), "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 cannot be had" in " ".join(done.stdout.split())
