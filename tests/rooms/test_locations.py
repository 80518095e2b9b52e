"""The register of places: registering again changes nothing, closing is no deletion, every change is in the audit log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from praemia import access, locations, programs
from praemia.access import Actor
from praemia.foundation.db import Tx
from praemia.foundation.errors import InvalidInput
from praemia.locations import LocationUnknown, NewLocation
from tests.rooms.ground import ONE_POINT_PER_EURO, open_ground

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
STAFF = Actor(name="Ada", origin="test")
MITTE = NewLocation(code="berlin-1", name="Berlin Mitte", address="Torstraße 1", region="Berlin")


@pytest.fixture
async def place(database: str) -> AsyncIterator[tuple[Tx, int]]:
    async with open_ground(database) as ground:
        await ground.apply(ONE_POINT_PER_EURO)
        async with ground.db.rehearsal(ground.tenant_id) as tx:
            yield tx, (await programs.get_program(tx, "cafe")).program_id


async def test_the_same_place_again_changes_nothing(place: tuple[Tx, int]) -> None:
    tx, program = place
    first = await locations.register_location(tx, program, MITTE, by=STAFF, now=NOW)
    assert await locations.register_location(tx, program, MITTE, by=STAFF, now=NOW) == first
    assert len(await access.audit_of(tx, program_id=program)) == 1


async def test_a_known_code_takes_a_new_name_and_the_log_keeps_the_old_one(place: tuple[Tx, int]) -> None:
    tx, program = place
    await locations.register_location(tx, program, MITTE, by=STAFF, now=NOW)
    await locations.register_location(tx, program, NewLocation(code="berlin-1", name="Torstraße"), by=STAFF, now=NOW)
    assert [one.name for one in await locations.locations_of(tx, program)] == ["Torstraße"]
    assert (await access.audit_of(tx, program_id=program))[0].details["old"]["name"] == "Berlin Mitte"


async def test_a_closed_place_is_still_there_behind_the_open_ones(place: tuple[Tx, int]) -> None:
    tx, program = place
    await locations.register_location(tx, program, MITTE, by=STAFF, now=NOW)
    await locations.register_location(tx, program, NewLocation(code="z", name="Zoo"), by=STAFF, now=NOW)
    await locations.close_location(tx, program, "berlin-1", by=STAFF, now=NOW)
    assert [(one.code, one.is_open) for one in await locations.locations_of(tx, program)] == [("z", True), ("berlin-1", False)]
    assert (await locations.open_location(tx, program, "berlin-1", by=STAFF, now=NOW)).is_open


async def test_every_fault_of_a_place_is_named(place: tuple[Tx, int]) -> None:
    tx, program = place
    with pytest.raises(InvalidInput) as refusal:
        await locations.register_location(tx, program, NewLocation(code="a/b", name=" ", address="x" * 301), by=STAFF, now=NOW)
    assert [fault.path for fault in refusal.value.faults] == ["/code", "/name", "/address"]


async def test_an_unknown_place_cannot_be_closed(place: tuple[Tx, int]) -> None:
    tx, program = place
    with pytest.raises(LocationUnknown):
        await locations.close_location(tx, program, "nowhere", by=STAFF, now=NOW)
