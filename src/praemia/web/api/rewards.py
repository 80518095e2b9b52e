"""What members may have: rewards, offers to one member, uploaded codes, gift cards, donations."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from praemia import catalogue, programs, redemption
from praemia.catalogue import GiftCard
from praemia.foundation.db import Tx
from praemia.redemption import NewCard
from praemia.web import rewarding
from praemia.web.bodies import reward_examples as examples
from praemia.web.bodies.queries import NoQuery
from praemia.web.bodies.redemptions import CardAnswer, CardBody, CodesBody, DonationsAnswer, OffersAnswer, PoolAnswer, RewardsAnswer
from praemia.web.calls import Call
from praemia.web.errors import KeyRequired
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response

UNKNOWN = ("programs.unknown",)


async def list_rewards(call: Call) -> Response:
    """Every reward in force now."""
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        found = await redemption.rewards_of(tx, call.program, now=call.face.now())
    return json_response({"rewards": [rewarding.reward(one, left, program) for one, left in found]})


async def list_offers(call: Call) -> Response:
    """Every reward as one member sees it, with the reasons why not."""
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        offers = await redemption.offers_for(tx, call.program, call.reference, now=call.face.now())
    return json_response({"member": call.reference, "rewards": [rewarding.offer(one, program) for one in offers]})


async def upload_codes(call: Call) -> Response:
    """Codes somebody else made, to be handed out one by one."""
    body = await call.body(CodesBody)
    place = await call.place()
    pool = str(call.request.path_params["pool"])

    async def work(tx: Tx) -> tuple[int, int]:
        added = await catalogue.upload_codes(tx, place.program_id, pool, body.codes)
        return added, await catalogue.pool_size(tx, place.program_id, pool)

    added, free = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response({"pool": pool, "added": added, "free": free})


async def issue_gift_card(call: Call) -> Response:
    """A card with money on it. Refused without an identity: a repeat could not be told from a second card."""
    body = await call.body(CardBody)
    await call.place()
    if call.idempotency_key is None:
        raise KeyRequired()
    wanted = NewCard(program=call.program, value_minor=body.value_minor, number=body.number, key=call.idempotency_key)

    async def work(tx: Tx) -> tuple[GiftCard, UUID, bool]:
        return await redemption.issue_card(tx, wanted, now=call.face.now())

    card, event, replayed = await call.face.rooms.db.run(call.principal.tenant_id, work)
    document = rewarding.card(card, event, replayed=replayed)
    return json_response(document, 200, {"Idempotency-Replayed": "true"}) if replayed else json_response(document, 201)


async def get_gift_card(call: Call) -> Response:
    """What a card holds."""
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        card = await redemption.get_card(tx, call.program, str(call.request.path_params["number"]), now=call.face.now())
    return json_response(rewarding.card(card))


async def list_donations(call: Call) -> Response:
    """What members gave to others, in minor units by receiver."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        return json_response({"donations": await catalogue.donations_of(tx, place.program_id)})


OPERATIONS = (
    Operation(
        name="list_rewards",
        method="GET",
        path="/rewards",
        permission="catalogue:reward:read",
        tag="Rewards",
        summary="What can be had",
        description="Every reward of the version in force, with its price and how many are left.",
        serve=list_rewards,
        query=NoQuery,
        answer=RewardsAnswer,
        answer_example={"rewards": [examples.REWARD]},
        problems=UNKNOWN,
    ),
    Operation(
        name="list_offers",
        method="GET",
        path="/members/{reference:path}/rewards",
        permission="catalogue:reward:read",
        tag="Rewards",
        summary="What a member may have",
        description="Every reward at the member's own price, `available` or with all the reasons why not, and the points missing.",
        serve=list_offers,
        query=NoQuery,
        answer=OffersAnswer,
        answer_example={"member": "anna", "rewards": [examples.OFFER]},
        problems=(*UNKNOWN, "members.unknown", "members.closed"),
    ),
    Operation(
        name="upload_codes",
        method="POST",
        path="/code-pools/{pool}",
        permission="catalogue:code:write",
        tag="Rewards",
        summary="Upload codes to be handed out",
        description="For rewards whose `code` names this pool. A code that is in the pool already is not added again, so the request can "
        "be repeated. Blanks, hyphens and small letters do not count.",
        serve=upload_codes,
        body=CodesBody,
        examples=examples.CODES,
        answer=PoolAnswer,
        answer_example={"pool": "partner", "added": 2, "free": 2},
        problems=UNKNOWN,
    ),
    Operation(
        name="issue_gift_card",
        method="POST",
        path="/gift-cards",
        permission="catalogue:card:write",
        tag="Rewards",
        summary="Issue a gift card",
        description="Money in minor units under a random number, or your own. The number is a bearer's secret. Needs an Idempotency-Key.",
        serve=issue_gift_card,
        body=CardBody,
        examples=examples.CARDS,
        answer=CardAnswer,
        answer_example=examples.CARD_ANSWER,
        problems=(*UNKNOWN, "catalogue.number_taken", "journal.key_reused", "web.key_required"),
        status=201,
        keyed=True,
    ),
    Operation(
        name="get_gift_card",
        method="GET",
        path="/gift-cards/{number}",
        permission="catalogue:card:read",
        tag="Rewards",
        summary="What a gift card holds",
        description="By its number; blanks, hyphens and small letters do not count.",
        serve=get_gift_card,
        answer=CardAnswer,
        answer_example={**examples.CARD_ANSWER, "event": None},
        problems=(*UNKNOWN, "catalogue.card_unknown"),
    ),
    Operation(
        name="list_donations",
        method="GET",
        path="/donations",
        permission="catalogue:reward:read",
        tag="Rewards",
        summary="What was donated",
        description="Minor units by receiver; cancelled donations do not count.",
        serve=list_donations,
        answer=DonationsAnswer,
        answer_example={"donations": {"forest": 700}},
        problems=UNKNOWN,
    ),
)
