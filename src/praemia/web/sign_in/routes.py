"""The pages of signing in and joining. Everything is open: who signs in has no session yet, and one's own ways in are looked up by it."""

from __future__ import annotations

from collections.abc import Iterator

from praemia.web.doors import Door, PageRoute
from praemia.web.sign_in import demo, invitation, members, second, staff, ways

_POST = ("POST",)


def _both(path: str, shown: Door, sent: Door) -> Iterator[PageRoute]:
    """A form, and where it goes."""
    yield PageRoute(path=path, page=shown)
    yield PageRoute(path=path, page=sent, methods=_POST)


def _ways(below: str) -> Iterator[PageRoute]:
    yield from _both(f"{below}/sign-in/ways", ways.ways_page, ways.change_ways)
    yield PageRoute(path=f"{below}/sign-in/ways/passkey/options", page=ways.add_options, methods=_POST)
    yield PageRoute(path=f"{below}/sign-in/ways/passkey", page=ways.add_passkey, methods=_POST)


_M = "/m/{address}"

ROUTES = (
    *_both("/sign-in", staff.sign_in_page, staff.sign_in_by_password),
    PageRoute(path="/sign-in/second", page=second.second_factor_page, methods=_POST),
    PageRoute(path="/sign-in/app", page=second.set_up_page, methods=_POST),
    PageRoute(path="/sign-in/passkey/options", page=staff.passkey_options, methods=_POST),
    PageRoute(path="/sign-in/passkey", page=staff.sign_in_by_passkey, methods=_POST),
    PageRoute(path="/sign-in/where", page=staff.where_page),
    *_ways(""),
    *_both("/sign-in/ways/app", ways.app_page, ways.confirm_app),
    PageRoute(path="/sign-out", page=staff.sign_out_page, methods=_POST),
    *_both("/invitation/{token}", invitation.invitation_page, invitation.accept_by_password),
    PageRoute(path="/invitation/{token}/passkey/options", page=invitation.invitation_options, methods=_POST),
    PageRoute(path="/invitation/{token}/passkey", page=invitation.accept_by_passkey, methods=_POST),
    PageRoute(path="/demo/as/{who}", page=demo.enter_demo, methods=("GET", "POST")),
    *_both(f"{_M}/sign-in", members.member_sign_in, members.member_signs_in),
    PageRoute(path=f"{_M}/sign-in/code", page=members.member_code, methods=_POST),
    PageRoute(path=f"{_M}/sign-in/passkey/options", page=staff.passkey_options, methods=_POST),
    PageRoute(path=f"{_M}/sign-in/passkey", page=members.member_by_passkey, methods=_POST),
    *_both(f"{_M}/join", members.member_join, members.member_joins),
    PageRoute(path=f"{_M}/join/confirm", page=members.member_confirms, methods=_POST),
    PageRoute(path=f"{_M}/join/passkey/options", page=members.join_options, methods=_POST),
    PageRoute(path=f"{_M}/join/passkey", page=members.join_by_passkey, methods=_POST),
    *_ways(_M),
    PageRoute(path=f"{_M}/sign-in/ways/email", page=ways.confirm_email, methods=_POST),
    PageRoute(path=f"{_M}/sign-out", page=staff.sign_out_page, methods=_POST),
)
