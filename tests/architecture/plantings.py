"""For every check the faults it must find: what is planted in the house of straw, and where the check must point."""

from __future__ import annotations

from dataclasses import dataclass

_LEDGER = "src/praemia/ledger"
_STORE = f"{_LEDGER}/store.py"
_SERVICE = f"{_LEDGER}/service.py"
_LOTS = f"{_LEDGER}/core/lots.py"
_ERRORS = f"{_LEDGER}/errors.py"
_QUERIES = f"{_LEDGER}/queries.sql"
_EARNING = {"src/praemia/earning/README.md": "# Earning\n", "src/praemia/earning/__init__.py": '"""Door."""\n'}


@dataclass(frozen=True, slots=True)
class Planting:
    """One fault: which check must find it, the files that make it, and the place it must be reported at."""

    check: str
    files: dict[str, str | None]
    at: str


def _py(body: str) -> str:
    return f'"""Doc."""\n{body}\n'


_WRITING = {_STORE: _py("async def insert_lots(tx: object) -> None:\n    '''Open lots.'''\n    await queries(_Q).insert_lots(tx)")}
_SALE = "src/praemia/web/till/sale.py"
_DEEDS = {"src/praemia/web/deeds.py": _py("from praemia import ledger\n\n\ndef deed() -> None:\n    '''Do.'''\n    ledger.post()")}

PLANTINGS: tuple[Planting, ...] = (
    Planting(
        "faces_do_what_the_api_does",
        {**_WRITING, _SALE: _py("from praemia import ledger\n\n\ndef sell() -> None:\n    '''Sell.'''\n    ledger.post()")},
        f"{_SALE}:5",
    ),
    Planting(
        "faces_do_what_the_api_does",
        {
            **_WRITING,
            **_DEEDS,
            _SALE: _py("from praemia.web.deeds import deed\n\n\ndef sell() -> None:\n    '''Sell.'''\n    run(lambda tx: deed())"),
        },
        f"{_SALE}:5",
    ),
    Planting("files_are_short", {_STORE: '"""Doc."""\n' + "X = 1\n" * 400}, f"{_STORE}:1"),
    Planting("files_are_short", {"tests/architecture/ratchet.txt": f"{_STORE} 500\n"}, "tests/architecture/ratchet.txt:1"),
    Planting("functions_are_short", {_STORE: _py("def f() -> None:\n    '''Do.'''\n" + "    x = 1\n" * 70)}, f"{_STORE}:2"),
    Planting("functions_are_short", {"tests/architecture/ratchet.txt": f"{_STORE}:gone 80\n"}, "tests/architecture/ratchet.txt:1"),
    Planting("names_say_something", {f"{_LEDGER}/core/lot_utils.py": _py("")}, f"{_LEDGER}/core/lot_utils.py:1"),
    Planting("names_say_something", {_STORE: _py("class LotManager:\n    pass")}, f"{_STORE}:2"),
    Planting("names_say_something", {_STORE: _py("def _helper() -> None: ...")}, f"{_STORE}:2"),
    Planting("modules_open_with_a_docstring", {_LOTS: "X = 1\n"}, f"{_LOTS}:1"),
    Planting("modules_open_with_a_docstring", {_LOTS: '"""' + "Word.\n" * 9 + '"""\n'}, f"{_LOTS}:1"),
    Planting("public_functions_say_what_they_mean", {_STORE: _py("def f() -> None: ...")}, f"{_STORE}:2"),
    Planting("public_functions_say_what_they_mean", {_STORE: _py("class A:\n    async def f(self) -> None: ...")}, f"{_STORE}:3"),
    Planting("only_the_command_line_prints", {_STORE: _py("def f() -> None:\n    '''Do.'''\n    print(1)")}, f"{_STORE}:4"),
    Planting("nothing_happens_at_import", {_STORE: _py("from pathlib import Path\nTEXT = Path('x').read_text()")}, f"{_STORE}:3"),
    Planting("nothing_happens_at_import", {_STORE: _py("import os\nDSN = os.environ['DSN']")}, f"{_STORE}:3"),
    Planting("nothing_happens_at_import", {_STORE: _py("def f(x: object = open('y')) -> None:\n    '''Do.'''")}, f"{_STORE}:2"),
    Planting("comments_are_not_code", {_STORE: _py("# amount = compute(1)")}, f"{_STORE}:2"),
    Planting("values_are_copied_one_way", {_STORE: _py("from dataclasses import field, replace")}, f"{_STORE}:2"),
    Planting("rooms_follow_the_plan", {f"{_LEDGER}/extra.py": _py("")}, f"{_LEDGER}/extra.py:1"),
    Planting("rooms_follow_the_plan", {f"{_LEDGER}/verbs/post.py": _py("")}, f"{_LEDGER}/verbs/post.py:1"),
    Planting("rooms_follow_the_plan", {f"{_LEDGER}/README.md": None}, f"{_LEDGER}:1"),
    Planting("rooms_look_one_way_inside", {_STORE: _py("from praemia.ledger.service import post")}, f"{_STORE}:2"),
    Planting("rooms_look_one_way_inside", {f"{_LEDGER}/model.py": _py("from .core import x")}, f"{_LEDGER}/model.py:2"),
    Planting("rooms_look_one_way_inside", {_STORE: _py("import praemia.ledger")}, f"{_STORE}:2"),
    Planting(
        "rooms_are_entered_by_the_front_door",
        {**_EARNING, "src/praemia/earning/service.py": _py("from praemia.ledger.store import insert_lots")},
        "src/praemia/earning/service.py:2",
    ),
    Planting(
        "rooms_are_entered_by_the_front_door",
        {"src/praemia/web/app.py": _py("def f() -> None:\n    '''Do.'''\n    from praemia.ledger import store")},
        "src/praemia/web/app.py:4",
    ),
    Planting("rooms_know_only_lower_storeys", {"src/praemia/rules/model.py": _py("import praemia.ledger")}, "src/praemia/rules/model.py:2"),
    Planting("rooms_know_only_lower_storeys", {"src/praemia/cellar.py": _py("")}, "src/praemia/cellar.py:1"),
    Planting("cores_are_pure", {_LOTS: _py("import random")}, f"{_LOTS}:2"),
    Planting("cores_are_pure", {"src/praemia/rules/model.py": _py("from praemia.foundation.db import Tx")}, "src/praemia/rules/model.py:2"),
    Planting("cores_are_pure", {_LOTS: _py("def f() -> None:\n    '''Do.'''\n    new_id(1)")}, f"{_LOTS}:4"),
    Planting("refusals_have_codes", {_ERRORS: '+\n\nclass B(NotEnough):\n    """B."""\n'}, f"{_ERRORS}:12"),
    Planting("refusals_have_codes", {_ERRORS: '+\n\nclass B(DomainError):\n    code = "rules.b"\n'}, f"{_ERRORS}:13"),
    Planting(
        "refusals_have_codes",
        {_ERRORS: '+\n\nclass B(DomainError):\n    code = "ledger.not_enough"\n'},
        f"{_ERRORS}:13",
    ),
    Planting("refusals_have_codes", {_ERRORS: '+\n\nclass B(DomainError):\n    code = "Oh No"\n'}, f"{_ERRORS}:13"),
    Planting("sql_lives_in_sql_files", {_STORE: _py("Q = 'SELECT amount from lots'")}, f"{_STORE}:2"),
    Planting("sql_lives_in_sql_files", {_STORE: _py("t = 1\nQ = f'update lots set amount = {t}'")}, f"{_STORE}:3"),
    Planting("sql_lives_in_sql_files", {_STORE: _py("Q = '''\n  with a as (select 1) select * from a'''")}, f"{_STORE}:2"),
    Planting("one_place_commits", {_STORE: _py("async def f(conn):\n    '''Do.'''\n    await conn.execute('COMMIT')")}, f"{_STORE}:4"),
    Planting("sql_lives_in_sql_files", {_STORE: _py("Q = 'begin; set local x = 1'")}, f"{_STORE}:2"),
    Planting("one_place_commits", {_STORE: _py("async def f(tx):\n    '''Do.'''\n    await tx.conn.commit()")}, f"{_STORE}:4"),
    Planting("one_place_commits", {_STORE: _py("def f(tx):\n    '''Do.'''\n    return tx.conn.transaction()")}, f"{_STORE}:4"),
    Planting("one_place_commits", {_SERVICE: _py("def post(db):\n    '''Do.'''\n    return db.transaction(7)")}, f"{_SERVICE}:4"),
    Planting("one_place_commits", {_SERVICE: _py("def post(tx):\n    '''Do.'''\n    return tx.conn")}, f"{_SERVICE}:4"),
    Planting("sql_tells_no_time", {_QUERIES: "+\n-- name: a(x)\n-- now() in a comment is prose.\nselect now();\n"}, f"{_QUERIES}:7"),
    Planting("sql_tells_no_time", {"src/praemia/migrations/0002_x.sql": "select CURRENT_DATE;\n"}, "src/praemia/migrations/0002_x.sql:1"),
    Planting("statements_are_described", {_QUERIES: "+\n-- name: silent(x)\nselect :x;\n"}, f"{_QUERIES}:5"),
    Planting("statements_are_described", {_QUERIES: "+\n-- name: insert_lots(x)\n-- Again.\nselect :x;\n"}, f"{_QUERIES}:5"),
    Planting("statements_are_used", {_QUERIES: "+\n-- name: forgotten(x)\n-- What for?\nselect :x;\n"}, f"{_QUERIES}:5"),
    Planting(
        "statements_say_where_to_look",
        {_QUERIES: "+\n-- name: insert_lots2(x)\n-- A.\nselect l.amount from lots l where l.tenant_id = :x;\n"},
        f"{_QUERIES}:5",
    ),
    Planting(
        "lists_of_keys_are_looked_up_one_by_one",
        {
            _QUERIES: "+\n-- name: a(k)\n-- A.\nselect l.amount from unnest(:k::place[]) as want\n"
            "join lots l on l.bucket = want.bucket and l.tenant_id = 1 and l.owner_id = want.id;\n"
        },
        f"{_QUERIES}:5",
    ),
    Planting(
        "lists_of_keys_are_looked_up_one_by_one",
        {
            _QUERIES: "+\n-- name: a(l)!\n-- A.\nupdate lots l set amount = n.amount from unnest(:l::lot_row[]) as n\n"
            "where l.bucket = n.bucket and l.tenant_id = 1 and l.owner_id = n.owner_id;\n"
        },
        f"{_QUERIES}:5",
    ),
    Planting(
        "lists_of_keys_are_looked_up_one_by_one",
        {
            _QUERIES: "+\n-- name: a(b, k)\n-- A.\nselect l.amount from unnest(:b::int[], :k::uuid[]) as want(bucket, owner)\n"
            "join lots l on l.bucket = want.bucket and l.tenant_id = 1 and l.owner_id = want.owner;\n"
        },
        f"{_QUERIES}:5",
    ),
    Planting(
        "statements_say_where_to_look",
        {_QUERIES: "+\n-- name: a(x)\n-- A.\nselect amount from lots where bucket = :x;\n"},
        f"{_QUERIES}:5",
    ),
    Planting(
        "statements_say_where_to_look",
        {
            _QUERIES: "+\n-- name: a(x)\n-- A.\nupdate lots l set amount = 1 from lots m\n"
            "where l.bucket = :x and l.tenant_id = 1 and m.tenant_id = 1;\n"
        },
        f"{_QUERIES}:5",
    ),
    Planting(
        "statements_say_where_to_look", {_QUERIES: "+\n-- name: a(t)\n-- A.\ninsert into lots (tenant_id) values (:t);\n"}, f"{_QUERIES}:5"
    ),
    Planting("points_are_never_floats", {_LOTS: _py("X = 0.5")}, f"{_LOTS}:2"),
    Planting("points_are_never_floats", {_LOTS: _py("def f(a: int):\n    '''Do.'''\n    return float(a)")}, f"{_LOTS}:4"),
    Planting("points_are_never_floats", {_LOTS: _py("def f(a: int, b: int):\n    '''Do.'''\n    return a / b")}, f"{_LOTS}:4"),
    Planting("points_are_never_floats", {f"{_LEDGER}/model.py": _py("class A:\n    x: float")}, f"{_LEDGER}/model.py:3"),
    Planting("only_edges_look_at_the_clock", {_STORE: _py("def f():\n    '''Do.'''\n    return datetime.now(UTC)")}, f"{_STORE}:4"),
    Planting(
        "only_edges_look_at_the_clock",
        {"src/praemia/foundation/sql.py": _py("def f():\n    '''Do.'''\n    return time.time()")},
        "src/praemia/foundation/sql.py:4",
    ),
    Planting("links_resolve", {"README.md": "# A\n\n[gone](docs/gone.md)\n"}, "README.md:3"),
    Planting("links_resolve", {"README.md": "# A\n\n[gone](docs/architecture.md#gone)\n"}, "README.md:3"),
    Planting("links_resolve", {"README.md": "# A\n\n![gone](docs/gone.svg)\n"}, "README.md:3"),
    Planting("the_map_matches_the_ground", {"docs/architecture.md": "# Map\n\n`ledger/verbs.py`\n"}, "docs/architecture.md:3"),
    Planting("the_map_matches_the_ground", {f"{_LEDGER}/README.md": "# L\n\n`core/gone.py`\n"}, f"{_LEDGER}/README.md:3"),
    Planting("the_map_matches_the_ground", {"SECURITY.md": "# S\n\n`tests/web/test_gone.py`\n"}, "SECURITY.md:3"),
    Planting("the_project_speaks_of_itself", {"README.md": "# A\n\nSee the hand" + "book.\n"}, "README.md:3"),
    Planting("the_project_speaks_of_itself", {_STORE: _py("PATH = '/wo" + "rk/main'")}, f"{_STORE}:2"),
    Planting("the_project_speaks_of_itself", {"Makefile": "x:\n\techo ../sha" + "red/y\n"}, "Makefile:2"),
    Planting("locks_name_no_host", {"requirements.lock": "--index-url x\n"}, "requirements.lock:1"),
    Planting("locks_name_no_host", {"requirements.lock": "a @ https" + "://b\n"}, "requirements.lock:1"),
    Planting(
        "decisions_are_complete", {"docs/decisions/0002-x.md": "## Context\n## Decision\n## Consequences\n"}, "docs/decisions/0002-x.md:1"
    ),
    Planting(
        "decisions_are_complete",
        {"docs/decisions/0001-y.md": "## Context\n## Decision\n## Consequences\n## Enforced by\n"},
        "docs/decisions/0001-y.md:1",
    ),
)
