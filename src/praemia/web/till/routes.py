"""The pages of the till."""

from __future__ import annotations

from praemia.web.doors import PageRoute
from praemia.web.till import customer, returning, selling, terminals

_POST = ("POST",)

ROUTES = (
    PageRoute(path="/till/{address}", page=customer.bare),
    PageRoute(path="/till/{address}/", page=customer.home),
    PageRoute(path="/till/{address}/find", page=customer.find, methods=_POST),
    PageRoute(path="/till/{address}/quote", page=selling.quote, methods=_POST),
    PageRoute(path="/till/{address}/sale", page=selling.sell, methods=_POST),
    PageRoute(path="/till/{address}/undo", page=selling.undo, methods=_POST),
    PageRoute(path="/till/{address}/redeem", page=selling.redeem, methods=_POST),
    PageRoute(path="/till/{address}/redeem/undo", page=selling.undo_reward, methods=_POST),
    PageRoute(path="/till/{address}/code", page=selling.burn_code, methods=_POST),
    PageRoute(path="/till/{address}/code/undo", page=selling.void_code, methods=_POST),
    PageRoute(path="/till/{address}/card", page=customer.card_form),
    PageRoute(path="/till/{address}/card", page=customer.open_card, methods=_POST),
    PageRoute(path="/till/{address}/return", page=returning.return_form),
    PageRoute(path="/till/{address}/return", page=returning.take_back, methods=_POST),
    PageRoute(path="/till/{address}/return/open", page=returning.open_return_form),
    PageRoute(path="/till/{address}/return/open", page=returning.take_back_openly, methods=_POST),
    PageRoute(path="/till/{address}/help", page=terminals.cheat_sheet),
    PageRoute(path="/till/{address}/terminal", page=terminals.terminal),
    PageRoute(path="/till/{address}/terminals", page=terminals.register, methods=_POST),
    PageRoute(path="/till/{address}/terminals/{terminal}/revoke", page=terminals.revoke, methods=_POST),
    PageRoute(path="/till/{address}/terminals/{terminal}/snapshot", page=terminals.snapshot, methods=_POST),
    PageRoute(path="/till/{address}/terminals/{terminal}/sync", page=terminals.sync, methods=_POST),
    PageRoute(path="/till/{address}/terminals/{terminal}/settle", page=terminals.settle, methods=_POST),
    PageRoute(path="/till/{address}/conflicts", page=terminals.conflicts),
    PageRoute(path="/till/{address}/alone", page=terminals.alone),
    PageRoute(path="/till/{address}/worker.js", page=terminals.worker),
)
