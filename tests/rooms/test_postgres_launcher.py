"""The launcher against real PostgreSQLs, real processes and real kills; nothing is simulated.

Every test has a cluster of its own below a short folder any account may enter, and ends the processes it started.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from praemia.foundation import postgres
from tests.rooms.postgres_child import Child, ask, gone, until

pytestmark = pytest.mark.skipif(not list(postgres.installed()), reason="neither a system PostgreSQL nor the wheel is here")
needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def test_a_cold_start_makes_a_database_that_takes_connections_and_the_last_stop_ends_it(folder: Path, source: postgres.Source) -> None:
    server = postgres.start(folder / "pg", source=source)
    assert server.owned
    assert server.source == f"{source} {server.major}"
    assert ask(server.dsn, "select current_database() || '/' || current_user") == "praemia/praemia"
    assert ask(server.dsn, "select current_setting('server_version_num')::int / 10000") == server.major
    postgres.stop(server)
    assert gone(server.pid)
    with pytest.raises(FileNotFoundError):
        ask(server.dsn, "select 1")


def test_a_warm_start_finds_what_was_committed(folder: Path, source: postgres.Source) -> None:
    with postgres.running(folder / "pg", source=source) as first:
        ask(first.dsn, "create table kept as select 42 as answer")
    with postgres.running(folder / "pg") as second:
        assert second.source == first.source
        assert ask(second.dsn, "select answer from kept") == 42


def test_the_profile_never_trades_durability_and_listens_to_no_network(folder: Path, source: postgres.Source) -> None:
    with postgres.running(folder / "pg", source=source, settings={"work_mem": "7MB"}) as server:
        shown = ask(server.dsn, "select json_object_agg(name, setting) from pg_settings")
    settings = json.loads(shown)
    assert {settings[name] for name in ("fsync", "synchronous_commit", "full_page_writes")} == {"on"}
    assert settings["listen_addresses"] == ""
    assert settings["TimeZone"] == "UTC"
    assert settings["work_mem"] == str(7 * 1024)
    assert int(settings["max_wal_size"]) >= 512


def test_only_the_servers_account_may_enter_the_socket_folder(folder: Path) -> None:
    with postgres.running(folder / "pg") as server:
        sockets = Path(ask(server.dsn, "show unix_socket_directories"))
        found = sockets.stat()
        assert stat.S_IMODE(found.st_mode) == 0o700
        assert found.st_uid == (folder / "pg" / "pgdata").stat().st_uid


@pytest.mark.parametrize("name", ["Application Support", "l" * 60 + "/" + "o" * 60 + "/ng", 'it\'s, 100% "odd"'])
def test_a_path_that_is_long_or_odd_works_like_any_other(folder: Path, name: str, source: postgres.Source) -> None:
    for _ in "cold", "warm":
        with postgres.running(folder / name, source=source) as server:
            assert ask(server.dsn, "select 1") == 1


def test_a_second_process_attaches_and_keeps_the_server_when_the_first_leaves(folder: Path) -> None:
    with Child(folder / "pg") as first:
        with Child(folder / "pg") as second:
            assert (first.said["owned"], second.said["owned"]) == (True, False)
            assert first.said["pid"] == second.said["pid"]
            first.leave()
            assert ask(second.said["dsn"], "select 1") == 1
        assert gone(second.said["pid"])


def test_eight_processes_at_once_on_an_empty_folder_share_one_server(folder: Path) -> None:
    children = [Child(folder / "pg", wait=False) for _ in range(8)]
    try:
        said = [c.listen() for c in children]
        assert len({s["pid"] for s in said}) == 1
        assert sorted(s["owned"] for s in said) == [False] * 7 + [True]
        for c in children[:-1]:
            c.leave()
        assert ask(said[0]["dsn"], "select 1") == 1
    finally:
        for c in children:
            c.leave()
    assert gone(said[0]["pid"])


def test_two_claims_inside_one_process_are_two(folder: Path) -> None:
    first, second = postgres.start(folder / "pg"), postgres.start(folder / "pg")
    assert (first.owned, second.owned) == (True, False)
    postgres.stop(first)
    postgres.stop(first)
    assert ask(second.dsn, "select 1") == 1
    postgres.stop(second)
    assert gone(second.pid)


@needs_linux
def test_killing_the_only_process_stops_the_server_cleanly(folder: Path, source: postgres.Source) -> None:
    with Child(folder / "pg", source) as only:
        ask(only.said["dsn"], "create table kept as select 42 as answer")
        only.kill()
        assert until(lambda: gone(only.said["pid"]))
    assert "database system is shut down" in (folder / "pg" / "server.log").read_text()
    with postgres.running(folder / "pg") as server:
        assert ask(server.dsn, "select answer from kept") == 42
    assert "not properly shut down" not in (folder / "pg" / "server.log").read_text()


def test_killing_one_of_two_processes_leaves_the_server_to_the_other(folder: Path) -> None:
    with Child(folder / "pg") as first, Child(folder / "pg") as second:
        first.kill()
        time.sleep(0.5)
        assert ask(second.said["dsn"], "select 1") == 1


@needs_linux
def test_killing_the_keeper_stops_the_server_cleanly_and_the_next_start_works(folder: Path) -> None:
    server = postgres.start(folder / "pg")
    os.kill(int((folder / "pg" / "keeper.lock").read_text()), signal.SIGKILL)
    assert until(lambda: gone(server.pid))
    with postgres.running(folder / "pg") as again:
        assert ask(again.dsn, "select 1") == 1
        assert again.owned
    postgres.stop(server)
    assert "not properly shut down" not in (folder / "pg" / "server.log").read_text()


def test_killing_the_postmaster_under_writes_loses_nothing_that_was_committed(folder: Path, source: postgres.Source) -> None:
    server = postgres.start(folder / "pg", source=source)
    ask(server.dsn, "create table written (n int primary key)")
    committed = asyncio.run(write_until_killed(server))
    assert committed > 50
    with postgres.running(folder / "pg") as again:
        assert again.owned
        found = ask(again.dsn, "select count(*) || ' ' || max(n) from written")
        assert found in (f"{committed} {committed}", f"{committed + 1} {committed + 1}")
    postgres.stop(server)
    assert "not properly shut down" in (folder / "pg" / "server.log").read_text()


@needs_linux
def test_a_pid_file_whose_number_another_programme_has_now_does_not_block_the_start(folder: Path) -> None:
    with postgres.running(folder / "pg") as server:
        account = (folder / "pg" / "pgdata").stat().st_uid
        lines = (folder / "pg" / "pgdata" / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", user=account if os.geteuid() == 0 else None) as stranger:
        left = folder / "pg" / "pgdata" / "postmaster.pid"
        left.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        os.chown(left, account, -1)
        with postgres.running(folder / "pg") as server:
            assert ask(server.dsn, "select 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_another_major_version_is_refused_politely_and_nothing_changes(folder: Path) -> None:
    with postgres.running(folder / "pg") as server:
        ask(server.dsn, "create table kept as select 42 as answer")
    version = folder / "pg" / "pgdata" / "PG_VERSION"
    version.write_text("14\n")
    before = {path: path.stat().st_mtime_ns for path in (folder / "pg" / "pgdata").rglob("*")}
    with pytest.raises(postgres.WrongMajor) as refused:
        postgres.start(folder / "pg")
    assert refused.value.code == "postgres.wrong_major"
    assert refused.value.fields["directory_major"] == 14
    assert f"PostgreSQL {server.major}" in str(refused.value)
    assert "restore" in str(refused.value)
    assert before == {path: path.stat().st_mtime_ns for path in (folder / "pg" / "pgdata").rglob("*")}
    version.write_text(f"{server.major}\n")
    with postgres.running(folder / "pg") as again:
        assert ask(again.dsn, "select answer from kept") == 42


def test_a_folder_stays_with_the_version_that_made_it_when_both_are_here(folder: Path) -> None:
    majors = {b.origin: b.major for b in postgres.installed()}
    if len(set(majors.values())) < 2:
        pytest.skip("needs a system PostgreSQL and a wheel of different versions")
    with postgres.running(folder / "pg", source="wheel"):
        pass
    with postgres.running(folder / "pg", source="auto") as server:
        assert server.major == majors["wheel"]
    with pytest.raises(postgres.WrongMajor):
        postgres.start(folder / "pg", source="system")


def test_a_start_that_postgresql_refuses_says_why_and_leaves_nothing_running(folder: Path) -> None:
    with pytest.raises(postgres.ServerDidNotStart, match="no_such_setting"):
        postgres.start(folder / "pg", settings={"no_such_setting": "1"})
    with postgres.running(folder / "pg") as server:
        assert server.owned


def test_a_file_in_place_of_the_folder_is_refused(folder: Path) -> None:
    (folder / "pg").write_text("not a folder")
    with pytest.raises(postgres.NoRight):
        postgres.start(folder / "pg" / "below")


async def write_until_killed(server: postgres.Server) -> int:
    """How many single-row transactions were acknowledged before the postmaster and its sessions were gone."""
    conn = await asyncpg.connect(server.dsn)
    backend = await conn.fetchval("select pg_backend_pid()")
    done = 0
    try:
        while True:
            await conn.execute("insert into written values ($1)", done + 1)
            done += 1
            if done == 60:
                os.kill(server.pid, signal.SIGKILL)
                os.kill(backend, signal.SIGKILL)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return done
    finally:
        conn.terminate()
