"""The pages of the member's app."""

from __future__ import annotations

from praemia.web.doors import PageRoute
from praemia.web.member import app_files, card, further_card, history, holdings, leaving, oneself, rewards, sending, standing, together

_POST = ("POST",)

ROUTES = (
    PageRoute(path="/m/{address}/manifest.webmanifest", page=app_files.manifest),
    PageRoute(path="/m/{address}/sw.js", page=app_files.worker),
    PageRoute(path="/m/{address}/gone", page=app_files.gone),
    PageRoute(path="/m/{address}/", page=card.home),
    PageRoute(path="/m/{address}/pass", page=card.hand_over_pass, methods=_POST),
    PageRoute(path="/m/{address}/code", page=card.show_code, methods=_POST),
    PageRoute(path="/m/{address}/points", page=history.points),
    PageRoute(path="/m/{address}/points/{event}", page=history.movement),
    PageRoute(path="/m/{address}/status", page=standing.status),
    PageRoute(path="/m/{address}/rewards", page=rewards.rewards),
    PageRoute(path="/m/{address}/rewards/{reward}", page=rewards.reward),
    PageRoute(path="/m/{address}/rewards/{reward}", page=rewards.redeem, methods=_POST),
    PageRoute(path="/m/{address}/mine", page=holdings.mine),
    PageRoute(path="/m/{address}/mine/{redemption}", page=holdings.held),
    PageRoute(path="/m/{address}/mine/{redemption}/undo", page=holdings.undo, methods=_POST),
    PageRoute(path="/m/{address}/send", page=sending.send),
    PageRoute(path="/m/{address}/send", page=sending.send_points, methods=_POST),
    PageRoute(path="/m/{address}/pools", page=together.pools),
    PageRoute(path="/m/{address}/pools/{pool}/give", page=together.give, methods=_POST),
    PageRoute(path="/m/{address}/pools/{pool}/spend", page=together.spend, methods=_POST),
    PageRoute(path="/m/{address}/pools/{pool}/leave", page=together.part_from, methods=_POST),
    PageRoute(path="/m/{address}/me/card", page=further_card.card_form),
    PageRoute(path="/m/{address}/me/card", page=further_card.look_at_card, methods=_POST),
    PageRoute(path="/m/{address}/me/card/take", page=further_card.take_card, methods=_POST),
    PageRoute(path="/m/{address}/me", page=oneself.me),
    PageRoute(path="/m/{address}/me", page=oneself.change_profile, methods=_POST),
    PageRoute(path="/m/{address}/me/consents", page=oneself.consents),
    PageRoute(path="/m/{address}/me/consents", page=oneself.say_consents, methods=_POST),
    PageRoute(path="/m/{address}/me/devices", page=oneself.devices),
    PageRoute(path="/m/{address}/me/devices", page=oneself.end_device, methods=_POST),
    PageRoute(path="/m/{address}/me/export", page=leaving.export),
    PageRoute(path="/m/{address}/me/leave", page=leaving.leave),
    PageRoute(path="/m/{address}/me/leave", page=leaving.leave_for_good, methods=_POST),
)
