"""The pages of the programme in the console, as data: the console mounts them beside its own."""

from __future__ import annotations

from collections.abc import Sequence

from praemia.web.console.programme import catalogue, codes, editing, looks, overview, planning, terms, trying, versions
from praemia.web.doors import PageRoute

_BASE = "/console/{address}/programme"

ROUTES: Sequence[PageRoute] = (
    PageRoute(path=_BASE, page=overview.overview),
    PageRoute(path=f"{_BASE}/text", page=editing.text_form),
    PageRoute(path=f"{_BASE}/text", page=editing.save_text, methods=("POST",)),
    PageRoute(path=f"{_BASE}/looks", page=looks.looks_form),
    PageRoute(path=f"{_BASE}/looks", page=looks.save_looks, methods=("POST",)),
    PageRoute(path=f"{_BASE}/plan", page=planning.plan_page),
    PageRoute(path=f"{_BASE}/apply", page=planning.apply, methods=("POST",)),
    PageRoute(path=f"{_BASE}/discard", page=editing.discard, methods=("POST",)),
    PageRoute(path=f"{_BASE}/test", page=trying.tester),
    PageRoute(path=f"{_BASE}/rewards", page=catalogue.rewards),
    PageRoute(path=f"{_BASE}/rewards/{{reward}}", page=catalogue.reward),
    PageRoute(path=f"{_BASE}/rewards/{{reward}}/stock", page=catalogue.change_stock, methods=("POST",)),
    PageRoute(path=f"{_BASE}/rewards/{{reward}}/picture", page=catalogue.change_picture, methods=("POST",)),
    PageRoute(path=f"{_BASE}/codes", page=codes.codes),
    PageRoute(path=f"{_BASE}/codes/add", page=codes.add_codes, methods=("POST",)),
    PageRoute(path=f"{_BASE}/codes/withdraw", page=codes.withdraw, methods=("POST",)),
    PageRoute(path=f"{_BASE}/codes/export", page=codes.export, methods=("POST",)),
    PageRoute(path=f"{_BASE}/codes/issue", page=codes.issue, methods=("POST",)),
    PageRoute(path=f"{_BASE}/codes/void", page=codes.void, methods=("POST",)),
    PageRoute(path=f"{_BASE}/terms", page=terms.terms),
    PageRoute(path=f"{_BASE}/terms", page=terms.publish, methods=("POST",)),
    PageRoute(path=f"{_BASE}/versions", page=versions.history),
    PageRoute(path=f"{_BASE}/versions/{{number:int}}", page=versions.version),
    PageRoute(path=f"{_BASE}/versions/{{number:int}}/back", page=versions.back),
    PageRoute(path=f"{_BASE}/versions/{{number:int}}/back", page=versions.go_back, methods=("POST",)),
    PageRoute(path=f"{_BASE}/parts/{{part}}/{{key}}", page=editing.entry_form),
    PageRoute(path=f"{_BASE}/parts/{{part}}/{{key}}", page=editing.save_entry, methods=("POST",)),
)
