"""The pass of a device that cannot count codes itself: found for its holder as long as it counts."""

from __future__ import annotations

from datetime import timedelta

from praemia import members, programs
from praemia.foundation.ids import new_id
from tests.rooms.ground import NOW, ONE_POINT_PER_EURO, open_ground


async def test_a_holder_finds_the_pass_that_counts_and_nobody_elses(database: str) -> None:
    async with open_ground(database) as ground:
        await ground.apply(ONE_POINT_PER_EURO)
        await ground.enrol("cafe", "ann")
        async with ground.db.rehearsal(ground.tenant_id) as tx:
            program = await programs.get_program(tx, "cafe")
            ann = await members.get_member(tx, program.program_id, "ann")
            phone, watch = new_id(1), new_id(1)
            held = await members.issue_pass(tx, ann, at=NOW, holder=phone)
            assert await members.find_pass(tx, ann, phone, at=held.valid_until - timedelta(microseconds=1)) == held
            assert await members.find_pass(tx, ann, phone, at=held.valid_until) is None
            assert await members.find_pass(tx, ann, watch, at=NOW) is None
            await members.revoke_passes(tx, ann.member_id, at=NOW, holder=phone)
            assert await members.find_pass(tx, ann, phone, at=NOW) is None
