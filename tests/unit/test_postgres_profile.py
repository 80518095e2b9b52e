"""The PostgreSQL profile is arithmetic over the machine's sizes."""

from __future__ import annotations

import pytest

from praemia.foundation.postgres.profile import as_file, settings_for

GB = 1024**3


@pytest.mark.parametrize("memory", [GB // 4, GB, 8 * GB, 24 * GB, 512 * GB])
@pytest.mark.parametrize("disk", [GB, 20 * GB, 2000 * GB])
def test_durability_is_on_whatever_the_machine(memory: int, disk: int) -> None:
    profile = settings_for(memory_bytes=memory, disk_free_bytes=disk, shm_bytes=None)
    assert [profile[name] for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["on"] * 3


@pytest.mark.parametrize(
    ("memory", "disk", "wal", "buffers"),
    [
        (GB // 2, 10 * GB, "512MB", "64MB"),
        (4 * GB, 100 * GB, "2048MB", "256MB"),
        (24 * GB, 80 * GB, "8192MB", "1024MB"),
        (256 * GB, 4000 * GB, "16384MB", "1024MB"),
    ],
)
def test_the_log_grows_with_memory_as_far_as_the_free_disk_allows(memory: int, disk: int, wal: str, buffers: str) -> None:
    profile = settings_for(memory_bytes=memory, disk_free_bytes=disk, shm_bytes=None)
    assert (profile["max_wal_size"], profile["shared_buffers"]) == (wal, buffers)


def test_a_small_shared_memory_is_not_relied_upon() -> None:
    small = settings_for(memory_bytes=GB, disk_free_bytes=GB, shm_bytes=64 * 1024**2)
    large = settings_for(memory_bytes=GB, disk_free_bytes=GB, shm_bytes=GB)
    assert small["dynamic_shared_memory_type"] == "mmap"
    assert "dynamic_shared_memory_type" not in large


def test_a_quote_in_a_setting_stays_inside_it() -> None:
    assert as_file({"log_line_prefix": "it's "}).splitlines()[1:] == ["log_line_prefix = 'it''s '"]
