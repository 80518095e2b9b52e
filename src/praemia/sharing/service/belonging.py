"""The verbs `agree`, `accept_terms` and `close_membership`: what a member consents to by the programme's texts, and that somebody leaves.

Who leaves is forgotten in every membership that became theirs; points and events stay and still add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from praemia import ledger, members, programs
from praemia.foundation.db import Tx
from praemia.members import Consent, Member
from praemia.sharing.core.texts import digest_of
from praemia.sharing.errors import PurposeUnknown
from praemia.sharing.service.reading import owners_of
from praemia.sharing.service.scene import Scene, find_member, scene_of

TERMS = "terms"
"""What a yes to the terms of membership is called among the purposes."""


async def agree(tx: Tx, slug: str, reference: str, given: Mapping[str, bool], *, lang: str, origin: str, now: datetime) -> Member:
    """A member says yes or no to purposes of the version in force, having read their texts in `lang`; `origin` says where.

    What they said before stays beside it. Raises MemberUnknown, MemberClosed, PurposeUnknown.
    """
    scene = await scene_of(tx, slug, now=now)
    member = await find_member(tx, scene, reference)
    known = scene.policies.consents
    for purpose in given:
        if purpose not in known:
            raise PurposeUnknown(purpose=purpose)
    digests = {purpose: digest_of(known[purpose].text, lang) for purpose in given}
    await _write(tx, scene, member, given, digests, lang, origin)
    return member


async def accept_terms(tx: Tx, slug: str, reference: str, *, lang: str, origin: str, now: datetime) -> Member:
    """Who joins accepts the terms in force: kept as a yes to `TERMS`, where there are terms and no purpose has that name.

    Raises MemberUnknown, MemberClosed.
    """
    scene = await scene_of(tx, slug, now=now)
    member = await find_member(tx, scene, reference)
    terms = await programs.terms_at(tx, slug, scene.day)
    if terms is not None and TERMS not in scene.policies.consents:
        await _write(tx, scene, member, {TERMS: True}, {TERMS: digest_of(terms.texts, lang)}, lang, origin)
    return member


async def consents_of(tx: Tx, member: Member) -> list[Consent]:
    """Everything a member ever said, also in memberships that became theirs; the newest first."""
    return await members.consents_of(tx, await owners_of(tx, member.member_id))


async def close_membership(tx: Tx, slug: str, reference: str, *, now: datetime) -> Member:
    """Close the membership: profile, cards and passes go, nothing is earned or spent any more; points stay in the ledger and end there.

    Answers the member as it was. Raises MemberUnknown, MemberClosed. Locks the member's accounts, so that a purchase on its way is
    booked before or refused.
    """
    scene = await scene_of(tx, slug, now=now)
    member = await find_member(tx, scene, reference)
    await ledger.lock_accounts(tx, [member.member_id])
    await members.close(tx, member, await owners_of(tx, member.member_id), at=scene.at)
    return member


async def _write(
    tx: Tx, scene: Scene, member: Member, given: Mapping[str, bool], digests: Mapping[str, bytes], lang: str, origin: str
) -> None:
    terms = await programs.terms_at(tx, scene.program.slug, scene.day)
    said = [
        Consent(
            purpose=purpose,
            is_given=is_given,
            version=scene.version,
            lang=lang,
            digest=digests[purpose],
            origin=origin,
            at=scene.at,
            terms_version=terms.version if terms else None,
            terms_digest=digest_of(terms.texts, lang) if terms else None,
        )
        for purpose, is_given in given.items()
    ]
    await members.consent(tx, member, said)
