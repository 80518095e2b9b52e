"""The console's pages as data. More special paths come first."""

from __future__ import annotations

from collections.abc import Sequence

from praemia.web.console import approvals, carding, events, keys, log, mail, managing, members, overview, places, proving, settings, staff
from praemia.web.doors import Door, PageRoute

_POST = ("POST",)


def _page(path: str, page: Door, methods: Sequence[str] = ("GET",)) -> PageRoute:
    return PageRoute(path=f"/console/{{address}}{path}", page=page, methods=methods)


ROUTES: Sequence[PageRoute] = (
    _page("", overview.bare),
    _page("/", overview.overview),
    _page("/live", overview.live),
    _page("/members", members.member_list),
    _page("/members/{member}", members.member_overview),
    _page("/members/{member}/history", members.member_history),
    _page("/members/{member}/redemptions", members.member_redemptions),
    _page("/members/{member}/cards", carding.member_cards),
    _page("/members/{member}/cards", carding.issue_card, _POST),
    _page("/members/{member}/cards/block", carding.block_card, _POST),
    _page("/members/{member}/cards/replace", carding.replace_card, _POST),
    _page("/members/{member}/manage", managing.manage),
    _page("/members/{member}/adjust", managing.adjust, _POST),
    _page("/members/{member}/reinstate", managing.reinstate, _POST),
    _page("/members/{member}/tier", managing.assign, _POST),
    _page("/members/{member}/merge", managing.merge, _POST),
    _page("/members/{member}/part", managing.part, _POST),
    _page("/members/{member}/close", managing.close, _POST),
    _page("/events/{event}", events.event),
    _page("/approvals", approvals.approvals),
    _page("/approvals/{approval}", approvals.decide, _POST),
    _page("/audit", log.audit),
    _page("/proof", proving.proving),
    _page("/proof", proving.examine, _POST),
    _page("/staff", staff.staff_list),
    _page("/staff", staff.invite, _POST),
    _page("/staff/{staff}", staff.person),
    _page("/staff/{staff}", staff.change_person, _POST),
    _page("/keys", keys.keys),
    _page("/keys", keys.issue_key, _POST),
    _page("/keys/{key}/revoke", keys.revoke_key, _POST),
    _page("/locations", places.places),
    _page("/locations", places.change_place, _POST),
    _page("/mail", mail.mail),
    _page("/settings", settings.settings),
)
