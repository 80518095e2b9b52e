"""Entry: parse the command line and call it. A refusal is printed as one sentence, a bug as what it is."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """The command `praemia`. Exit codes: 0 done, 1 refused, 2 used wrongly."""
    gc.disable()  # while the code is loaded: it makes a million objects, nearly all for good, and none needs to be looked at twice
    from praemia.bootstrap import build
    from praemia.foundation.errors import DomainError, InvalidInput
    from praemia.foundation.loop import settle_memory

    command = build()
    settle_memory()
    try:
        command()
    except InvalidInput as refusal:
        for fault in refusal.faults:
            hint = f" (did you mean {fault.suggestion!r}?)" if fault.suggestion else ""
            print(f"praemia: {fault.path}: {fault.message}{hint}", file=sys.stderr)
        sys.exit(1)
    except DomainError as refusal:
        print(f"praemia: {refusal}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
