"""How many examples Hypothesis draws for a law: the same ones in every run, or new ones when somebody goes looking.

A green run stays green until the code changes, so `make test` repeats its examples. PRAEMIA_PROPERTY=slow explores: ten times as many,
new ones every time. What that finds becomes an `@example` beside its law. Loaded by conftest, so that it holds for every `@given`.

On partitioned tables a law with few examples plays the first third of them: all were played on plain ones, and what is looked for
there is a statement that fits one layout alone, which the first examples reach.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_TIMES = 10 if os.environ.get("PRAEMIA_PROPERTY") == "slow" else 1
_SHARE = 3 if os.environ.get("PRAEMIA_SCHEMA") == "partitioned" else 1

settings.register_profile(
    "praemia",
    max_examples=100 * _TIMES,
    derandomize=_TIMES == 1,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("praemia")


def few(examples: int) -> settings:
    """So many examples instead of a hundred, where one takes long; ten times as many when exploring, a third on partitioned tables."""
    return settings(max_examples=-(-examples * _TIMES // _SHARE))
