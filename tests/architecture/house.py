"""The plan of the house: its storeys, what a room may hold, which rooms must stay exact, and every exception with its reason.

Nothing here checks anything; `checks/` does. An exception that no longer excuses anything must go: a test says so.
"""

from __future__ import annotations

STOREYS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("bootstrap",),
    ("web", "worker", "cli"),
    ("integrations", "insight", "tills"),
    ("orders", "nights"),
    ("earning", "redemption", "sharing", "identity"),
    ("campaigns", "messaging"),
    ("catalogue", "tiers", "play", "segments", "coalition", "proof", "locations", "addresses", "pictures"),
    ("members", "programs", "journal", "ledger", "access"),
    ("rules",),
    ("foundation",),
)

EDGES = {"__main__", "bootstrap", "web", "worker", "cli", "integrations"}
"""They talk to the outside world, so they read clocks and open transactions; their insides follow no common plan."""

ROOMS = {room for storey in STOREYS for room in storey} - EDGES - {"foundation"}
"""Rooms with the common plan."""

PLAN = {"README.md", "__init__.py", "model.py", "errors.py", "events.py", "ports.py", "service.py", "store.py", "queries.sql"}
PLAN_FOLDERS = {"core", "model", "service"}

RANKS = {"__init__": 4, "service": 3, "store": 2, "core": 2, "model": 1, "errors": 0, "events": 0, "ports": 0}
"""Inside a room a file imports only files of a lower rank (a folder's files import each other)."""

EXACT_ROOMS = {
    "rules",
    "ledger",
    "journal",
    "earning",
    "redemption",
    "catalogue",
    "sharing",
    "orders",
    "nights",
    "members",
    "programs",
    "tills",
}
"""Here points and money are computed: no floats at all."""

FACES = {"member", "till", "console", "public", "setup", "sign_in"}
"""The folders of web that hold pages."""

PEOPLE_ALONE: dict[str, str] = {
    "identity": "how people prove who they are; a program has a key",
    "messaging": "mails go to people, about what people did",
    "access.join": "whoever was invited comes in by the link of a mail; a program is given a key",
    "members.pass_of": "the pass of the phone that asks; when it has none yet, `members.issue_pass`, which the API does",
    "programs.keep_draft": "what somebody is still working on; a program applies what is finished",
    "programs.apply_draft": "`programs.apply` of what somebody was working on, which the API does with the text in its body",
    "programs.roll_back": "`programs.apply` of an older version's text, which the API reads and applies in two calls",
}
"""A room, or a verb (`room.verb`), that pages reach and the API does not -> why."""

BANNED_NAMES = {"util", "helper", "common", "misc", "base", "manager", "handler", "data", "info"}

FILE_LINES = 400
FUNCTION_LINES = 70
DOCSTRING_LINES = 8
FOUNDATION_FILES = 12

EXCUSED: dict[tuple[str, str], str] = {
    ("sql_lives_in_sql_files", "src/praemia/foundation/db.py"): "opens, commits and rolls back: the statements of the one commit site",
    ("sql_lives_in_sql_files", "src/praemia/foundation/sql/together.py"): "puts statements of the documents beside each other",
    ("sql_lives_in_sql_files", "src/praemia/foundation/migrations.py"): "keeps its own table before any migration has run",
    ("sql_lives_in_sql_files", "src/praemia/foundation/postgres/launcher.py"): "makes the database before there is one to connect to",
    ("modules_open_with_a_docstring", "src/praemia/ledger/core/chart.py"): "the chart is a table, for people to read",
}
"""(check, path) -> why this one may."""

REACHES_EVERY_BUCKET: dict[str, str] = {
    "ledger.ledger_totals": "the trial balance is a report over a whole programme, never on the hot path",
    "journal.orphan_keys": "for `praemia verify`: a key lives in another bucket than the event it leads to",
    "members.orphans": "for `praemia verify`: a reference lives in another bucket than the member it leads to",
    "members.lost_cards": "for `praemia verify`: a card's number lives in another bucket than its member",
    "ledger.unmatched": "for `praemia verify`: what one bucket sent arrived in another",
    "orders.wrong_counted": "for `praemia verify`: a programme's counters lie in other buckets than the events that spent them",
    "orders.wrong_reserved": "for `praemia verify`: a reservation lies in the bucket of its order number, its event in the member's",
    "tills.terminals": "a programme has as many rows as tills, in the bucket of each; only people who manage them look",
    "tills.conflicts": "what waits for somebody, few rows of a partial index; only people who settle look",
    "insight.fold": "transfers are found by their arrival, as seals find them: the summary index covers it in every bucket",
    "insight.flows": "the transfers of the last minutes, found by their arrival like those of a fold",
    "members.count_members": "a count over a whole programme, for reports only",
}
"""Named queries that may read a member-side table without its bucket -> why."""
