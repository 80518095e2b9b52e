"""Addresses are unique over all tenants and never lead elsewhere; pictures belong to their programme and are found by what they show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from praemia import access, addresses, pictures, programs
from praemia.addresses import AddressTaken
from praemia.foundation.errors import InvalidInput
from tests.rooms.ground import NOW, ONE_POINT_PER_EURO, Ground, open_ground


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(ONE_POINT_PER_EURO)
        yield opened


async def test_a_programme_is_reached_by_its_slug_and_a_second_of_that_name_by_a_number(ground: Ground) -> None:
    other = await access.create_tenant(ground.db, "other", "Other", at=NOW)
    await Ground(ground.db, other).apply(ONE_POINT_PER_EURO)
    first = await addresses.find_addressed(ground.db, "cafe")
    second = await addresses.find_addressed(ground.db, "cafe-2")
    assert first is not None
    assert second is not None
    assert (first.tenant_id, first.slug, first.preferred, first.sandbox) == (ground.tenant_id, "cafe", "cafe", False)
    assert (second.tenant_id, second.slug, second.preferred) == (other, "cafe", "cafe-2")


async def test_an_older_address_leads_to_the_programme_for_ever(ground: Ground) -> None:
    for day, wanted in enumerate(("kaffee", "coffee", "kaffee")):
        async with ground.db.transaction(ground.tenant_id) as tx:
            await addresses.claim(tx, 1, wanted, at=NOW + timedelta(days=day + 1))
            assert await addresses.address_of(tx, 1) == wanted
    for one in ("cafe", "kaffee", "coffee"):
        found = await addresses.find_addressed(ground.db, one)
        assert found is not None
        assert (found.program_id, found.preferred) == (1, "kaffee")


async def test_nobody_takes_an_address_another_has_or_had(ground: Ground) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx:
        await addresses.claim(tx, 1, "kaffee", at=NOW)
    other = Ground(ground.db, await access.create_tenant(ground.db, "other", "Other", at=NOW))
    await other.apply(ONE_POINT_PER_EURO)
    for one in ("cafe", "kaffee"):
        async with ground.db.transaction(other.tenant_id) as tx:
            with pytest.raises(AddressTaken):
                await addresses.claim(tx, 1, one, at=NOW)


@pytest.mark.parametrize("wrong", ["", "-a", "a-", "A", "a_b", "a/b", "ä", "a" * 65, "a b"])
async def test_what_is_no_address_is_refused_and_leads_nowhere(wrong: str, ground: Ground) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx:
        with pytest.raises(InvalidInput):
            await addresses.claim(tx, 1, wrong, at=NOW)
    assert await addresses.find_addressed(ground.db, wrong) is None


async def test_a_picture_is_found_under_every_address_of_its_programme_and_under_no_other(ground: Ground) -> None:
    other = Ground(ground.db, await access.create_tenant(ground.db, "other", "Other", at=NOW))
    await other.apply(ONE_POINT_PER_EURO)
    upload = BytesIO()
    Image.new("RGB", (40, 20), "#9a3f12").save(upload, "PNG")
    async with ground.db.transaction(ground.tenant_id) as tx:
        program = await programs.get_program(tx, "cafe")
        kept = await pictures.keep(tx, program.program_id, upload.getvalue(), at=NOW)
        again = await pictures.keep(tx, program.program_id, upload.getvalue(), at=NOW + timedelta(days=1))
        assert [each.digest for each in await pictures.list_pictures(tx, program.program_id)] == [kept.digest]
        await addresses.claim(tx, program.program_id, "kaffee", at=NOW)
    assert (kept.digest, kept.width, kept.height) == (again.digest, 40, 20)
    for one in ("cafe", "kaffee"):
        content = await pictures.find_picture(ground.db, one, kept.digest)
        assert content is not None
        assert content[8:12] == b"WEBP"
    assert await pictures.find_picture(ground.db, "cafe-2", kept.digest) is None
    assert await pictures.find_picture(ground.db, "cafe", "nothing") is None
