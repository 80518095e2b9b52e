"""The one table from refusal to HTTP: every code with its status and a title that never changes.

A code without a row is a bug, found by a test that walks every DomainError of the package. The `web.*` codes are
refusals of HTTP itself; no room knows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from praemia.foundation.errors import DomainError


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means to an HTTP client: its status and its title."""

    status: int
    title: str


TABLE: Mapping[str, Meaning] = {
    # HTTP itself
    "web.not_found": Meaning(404, "There is nothing at this address"),
    "web.method_not_allowed": Meaning(405, "This address does not offer this method"),
    "web.not_acceptable": Meaning(406, "None of the accepted media types can be sent"),
    "web.body_too_large": Meaning(413, "The body is too large"),
    "web.unsupported_media_type": Meaning(415, "The body has a media type that is not read here"),
    "web.bad_request": Meaning(400, "The request cannot be read"),
    "web.key_required": Meaning(400, "An Idempotency-Key is required"),
    "web.overloaded": Meaning(503, "Too many requests are waiting"),
    "web.sign_in_required": Meaning(401, "Somebody has to sign in first"),
    "web.busy": Meaning(503, "The database is busy"),
    "web.internal": Meaning(500, "Something broke on our side"),
    # any room
    "input.invalid": Meaning(422, "The input has faults"),
    # access
    "access.key_missing": Meaning(401, "An API key is required"),
    "access.key_invalid": Meaning(401, "The API key is not known"),
    "access.key_expired": Meaning(401, "The API key has expired"),
    "access.key_revoked": Meaning(401, "The API key was revoked"),
    "access.permission_missing": Meaning(403, "A permission is missing"),
    "access.program_out_of_reach": Meaning(403, "The API key is restricted to another programme"),
    "access.key_not_found": Meaning(404, "There is no such API key"),
    "access.sandbox_only": Meaning(403, "A test key reaches sandboxes only"),
    "access.tenant_unknown": Meaning(404, "There is no such tenant"),
    "access.approval_unknown": Meaning(404, "There is no such request for approval"),
    "access.approval_decided": Meaning(409, "The request is decided already"),
    "access.approval_expired": Meaning(409, "The request was not decided in time"),
    "access.second_person_needed": Meaning(403, "Somebody else has to approve this"),
    "access.staff_unknown": Meaning(404, "Nobody of this id works here"),
    "access.invitation_invalid": Meaning(410, "The invitation does not count any more"),
    "access.role_out_of_reach": Meaning(403, "Nobody gives or takes a role beyond their own"),
    "access.last_owner": Meaning(409, "Somebody has to stay the owner"),
    "access.owner_exists": Meaning(409, "There is an owner already"),
    # locations, insight
    "locations.unknown": Meaning(404, "There is no such location"),
    "insight.no_such_part": Meaning(422, "The ledger has no such part"),
    # identity
    "identity.refused": Meaning(401, "This does not match"),
    "identity.too_often": Meaning(429, "Tried too often"),
    "identity.ticket_invalid": Meaning(410, "This took too long or was used already"),
    "identity.email_taken": Meaning(409, "The e-mail address belongs to somebody already"),
    "identity.not_proved": Meaning(403, "Sign in again to change this"),
    "identity.last_way_in": Meaning(409, "This is the last way in"),
    # mail
    "messaging.not_sent": Meaning(503, "The mail could not be sent now"),
    "messaging.refused": Meaning(502, "The mail was refused"),
    "integrations.smtp_url": Meaning(500, "The setting for mail is not readable"),
    # the vault
    "vault.locked": Meaning(500, "A protected field cannot be opened"),
    "vault.key_broken": Meaning(500, "The vault's key is not readable"),
    # members
    "members.unknown": Meaning(404, "There is no such member"),
    "members.already_enrolled": Meaning(409, "The reference belongs to a member already"),
    "members.closed": Meaning(409, "The membership is closed"),
    "members.card_unknown": Meaning(404, "There is no such card"),
    "members.card_taken": Meaning(409, "The number is taken already"),
    "members.card_blocked": Meaning(409, "The card is blocked"),
    "members.card_replaced": Meaning(409, "Another card took its place"),
    "members.pass_code_invalid": Meaning(422, "The code is not valid now"),
    "members.pass_code_used": Meaning(409, "The code was used already"),
    # addresses and pictures
    "addresses.taken": Meaning(409, "Another programme has this address"),
    "pictures.unreadable": Meaning(422, "This is not a picture that can be read"),
    # programmes
    "programs.unknown": Meaning(404, "There is no such programme"),
    "programs.version_unknown": Meaning(404, "The programme has no such version"),
    "programs.effective_too_early": Meaning(409, "A version cannot change what already happened"),
    "programs.unit_decimals_fixed": Meaning(409, "The decimals of a unit never change"),
    "programs.mode_fixed": Meaning(409, "A programme stays live or sandbox for ever"),
    "programs.not_editable": Meaning(409, "This text has to be edited by hand"),
    "programs.draft_outdated": Meaning(409, "Another version has been applied since"),
    # ledger
    "ledger.insufficient_points": Meaning(409, "The balance does not cover this"),
    "ledger.not_reversible": Meaning(409, "There is nothing left to undo"),
    # journal
    "journal.key_reused": Meaning(422, "The idempotency key was used for another request"),
    "journal.already_recorded": Meaning(409, "This is recorded already, with other content"),
    "journal.event_unknown": Meaning(404, "There is no such event"),
    # tills
    "tills.terminal_unknown": Meaning(404, "There is no such terminal"),
    "tills.terminal_revoked": Meaning(403, "The terminal was taken out of use"),
    "tills.key_unreadable": Meaning(422, "This is not an Ed25519 public key"),
    "tills.signature_wrong": Meaning(403, "The signature does not fit"),
    "tills.event_unreadable": Meaning(422, "The event cannot be read"),
    "tills.sequence_gap": Meaning(409, "Events before this one have not come yet"),
    "tills.sequence_reused": Meaning(409, "Another event had this place in the sequence"),
    "tills.offline_not_allowed": Meaning(409, "No sales without a network here"),
    "tills.sale_too_large": Meaning(409, "The sale is too large without a network"),
    "tills.too_late": Meaning(409, "The sale arrived too late"),
    "tills.over_limit": Meaning(409, "A limit of the day is used up"),
    "tills.burn_not_allowed": Meaning(409, "Points do not pay without a network"),
    "tills.burn_too_large": Meaning(409, "More points than one sale may take"),
    "tills.snapshot_unknown": Meaning(409, "The terminal had no such snapshot"),
    "tills.snapshot_over": Meaning(409, "The snapshot did not count any more"),
    "tills.card_not_in_snapshot": Meaning(409, "The snapshot does not know the card"),
    "tills.above_band": Meaning(409, "More points than the band was sure to hold"),
    "tills.clock_ahead": Meaning(409, "The sale claims to be later than now"),
    "tills.clock_moved": Meaning(409, "The terminal's clock was changed"),
    "tills.event_unknown": Meaning(404, "The terminal sent no such event"),
    "tills.no_conflict": Meaning(409, "There is nothing to settle"),
    "tills.nothing_found": Meaning(404, "Nothing fits this"),
    "tills.undo_too_late": Meaning(409, "It is too late to undo this"),
    "tills.not_of_tills": Meaning(409, "This was not recorded at a till"),
    "tills.receipt_needed": Meaning(409, "This comes back with its receipt only"),
    # sharing
    "sharing.transfers_not_allowed": Meaning(409, "Points cannot be sent to others here"),
    "sharing.to_oneself": Meaning(409, "Sender and receiver are the same member"),
    "sharing.below_least": Meaning(422, "Fewer points than can be sent"),
    "sharing.unit_unknown": Meaning(422, "The programme has no such unit"),
    "sharing.not_spendable": Meaning(422, "Points of this unit cannot be spent"),
    "sharing.pool_unknown": Meaning(404, "There is no such pool"),
    "sharing.pool_taken": Meaning(409, "There is another pool of this name"),
    "sharing.not_in_pool": Meaning(409, "The member does not belong to the pool"),
    "sharing.only_the_head": Meaning(409, "Only the head of the pool may spend"),
    "sharing.same_member": Meaning(409, "A membership cannot be merged with itself"),
    "sharing.already_merged": Meaning(409, "The one leads to the other already"),
    "sharing.points_held": Meaning(409, "A redemption in progress holds points"),
    "sharing.merge_unknown": Meaning(404, "There is no such merge"),
    "sharing.already_parted": Meaning(409, "The merge was undone already"),
    "sharing.merged_on": Meaning(409, "A later merge has to be undone first"),
    "sharing.purpose_unknown": Meaning(422, "The programme asks for no such consent"),
    "sharing.points_gone": Meaning(409, "Points that came with the merge were used since"),
    # tiers
    "tiers.unknown": Meaning(422, "The programme has no such tier"),
    "tiers.none": Meaning(409, "The programme has no tiers"),
    "tiers.until_past": Meaning(422, "That day is over"),
    # catalogue
    "catalogue.reward_unknown": Meaning(404, "There is no such reward"),
    "catalogue.not_yet_offered": Meaning(409, "The reward cannot be had yet"),
    "catalogue.no_longer_offered": Meaning(409, "The reward cannot be had any more"),
    "catalogue.not_for_tier": Meaning(409, "The reward is for other tiers"),
    "catalogue.not_for_segment": Meaning(409, "The reward is for other segments"),
    "catalogue.limit_reached": Meaning(409, "The member had the reward as often as may be"),
    "catalogue.out_of_stock": Meaning(409, "Not so many are left"),
    "catalogue.option_unknown": Meaning(422, "The reward has no such price"),
    "catalogue.choice_needed": Meaning(422, "A date or place must be chosen"),
    "catalogue.code_unknown": Meaning(404, "There is no such code"),
    "catalogue.code_not_active": Meaning(409, "The code cannot be used yet"),
    "catalogue.code_expired": Meaning(409, "The code cannot be used any more"),
    "catalogue.code_used_up": Meaning(409, "The code was used already"),
    "catalogue.code_of_another": Meaning(409, "The code belongs to another member"),
    "catalogue.pool_empty": Meaning(409, "No code is left to hand out"),
    "catalogue.card_unknown": Meaning(404, "There is no such gift card"),
    "catalogue.card_expired": Meaning(409, "The gift card cannot be used any more"),
    "catalogue.card_short": Meaning(409, "The gift card does not cover this"),
    "catalogue.card_touched": Meaning(409, "Something was paid with the gift card"),
    "catalogue.number_taken": Meaning(409, "There is a gift card with this number"),
    # redemption
    "redemption.unknown": Meaning(404, "There is no such redemption"),
    "redemption.not_held": Meaning(409, "The points are not held"),
    "redemption.hold_lapsed": Meaning(409, "The hold has ended"),
    "redemption.not_given": Meaning(409, "The reward was not given yet"),
    "redemption.already_used": Meaning(409, "The redemption was used already"),
    "redemption.undone": Meaning(409, "The redemption was released or cancelled"),
    "redemption.not_cancellable": Meaning(409, "The redemption is final"),
    "redemption.deadline_passed": Meaning(422, "The deadline lies in the past"),
    "redemption.not_together": Meaning(409, "The redemption wants a transaction of its own"),
    "redemption.no_such_step": Meaning(422, "There is no such step of fulfilment"),
    "redemption.step_out_of_turn": Meaning(409, "Another step comes first"),
    # orders
    "orders.unknown": Meaning(404, "There is no such order"),
    "orders.wrong_member": Meaning(409, "The order is another member's"),
    "orders.exceeds_order": Meaning(409, "More would come back than is left of the order"),
    "orders.points_used": Meaning(409, "The points of the order were used"),
    "orders.needs_member": Meaning(422, "This is for members: name one"),
    "orders.needs_order": Meaning(422, "The code is used with an order"),
    "orders.below_minimum": Meaning(409, "The order is too small for the code"),
    "orders.incompatible": Meaning(409, "The codes do not go together"),
    "orders.not_for_orders": Meaning(409, "The redemption takes nothing off an order"),
    "orders.points_do_not_pay": Meaning(409, "Points do not pay here"),
    "orders.too_few_points": Meaning(409, "Fewer points than can pay"),
    "orders.too_many_points": Meaning(409, "More points than may pay"),
    "orders.broken_step": Meaning(422, "Points pay in whole steps"),
    "orders.not_money": Meaning(422, "The unit is no money"),
    "orders.already_reserved": Meaning(409, "The order is reserved already, with other content"),
    "orders.not_reserved": Meaning(409, "The order is not reserved"),
    "orders.reservation_lapsed": Meaning(409, "The reservation has ended"),
    "orders.deadline_passed": Meaning(422, "The deadline lies in the past"),
    "orders.coupon_unknown": Meaning(404, "There is no such coupon to issue codes of"),
    "orders.nothing_to_void": Meaning(409, "No use of the code is left to be made void"),
    # earning
    "earning.in_future": Meaning(422, "The event lies in the future"),
    "earning.before_enrolment": Meaning(422, "The event is older than the membership"),
    "earning.too_old": Meaning(422, "The event is older than the programme accepts"),
    "earning.activity_unknown": Meaning(422, "The programme declares no such activity"),
    "earning.unit_unknown": Meaning(422, "The programme has no such unit"),
    "nights.not_a_sandbox": Meaning(409, "Only a sandbox has a clock of its own"),
    "nights.clock_too_far": Meaning(422, "A clock goes some years at a time"),
    "nights.clock_backwards": Meaning(409, "A clock only goes forward"),
    "earning.not_reinstatable": Meaning(409, "Expired points do not come back here"),
    "earning.reason_unknown": Meaning(422, "The programme knows no such reason"),
    "earning.not_priced": Meaning(409, "The purchase has to be priced first"),
    "earning.wrong_currency": Meaning(422, "The purchase is in another currency"),
}

# Refusals of starting up, of files on the operator's own disk, and of clients of ours.
# No request meets them; should one, it is a fault of ours.
NEVER_OVER_HTTP = ("bulk.", "crew.", "migrations.", "postgres.", "proof.", "simulation.")


def meaning_of(code: str) -> Meaning:
    """The row of a code. A missing row is answered as a fault of ours, never as a crash inside the error path."""
    return TABLE.get(code, TABLE["web.internal"])


class WebRefusal(DomainError):
    """A refusal of HTTP itself."""


class BodyTooLarge(WebRefusal):
    code = "web.body_too_large"
    template = "The body is larger than the {limit_bytes} bytes read here."


class MediaTypeUnsupported(WebRefusal):
    code = "web.unsupported_media_type"
    template = "Send one of: {accepted}."


class BadRequest(WebRefusal):
    code = "web.bad_request"
    template = "{reason}"


class KeyRequired(WebRefusal):
    code = "web.key_required"
    template = "This request moves points and its body carries no identity of its own: send an Idempotency-Key header."


class Overloaded(WebRefusal):
    code = "web.overloaded"
    template = "{waiting} requests are waiting; try again in a moment."


class SignInRequired(WebRefusal):
    """A script of a page asks, and nobody is signed in any more."""

    code = "web.sign_in_required"
    template = "Sign in again and repeat this."


class Busy(WebRefusal):
    """The database is away or refused to serialise us even after retries, or the process is shutting down."""

    code = "web.busy"
    template = "The request was not carried out and can be sent again."
