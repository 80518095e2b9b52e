"""The console's pages as data. More special paths come first."""

from __future__ import annotations

from collections.abc import Sequence

from praemia.web.console import carding, events, managing, members, overview
from praemia.web.doors import Door, PageRoute

_POST = ("POST",)


def _page(path: str, page: Door, methods: Sequence[str] = ("GET",)) -> PageRoute:
    return PageRoute(path=f"/console/{{address}}{path}", page=page, methods=methods)


ROUTES: Sequence[PageRoute] = (
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
)
