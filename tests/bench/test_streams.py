"""The requests of the load generator: well formed, what the API takes, and the same again for the same number."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import pytest

from bench.traffic.order import Order, Stream
from bench.traffic.streams import BASKETS, accepted, requests_of
from praemia.web.bodies.batch import BatchBody
from praemia.web.bodies.events import PurchaseBody


def _order(stream: Stream, **more: Any) -> Order:
    wishes = {"connections": 1, "members": 500, "batch": 20, **more}
    return Order(stream=stream, port=1, seconds=1.0, program="bench", key="praemia_secret", **wishes)


def _split(request: bytes) -> tuple[list[str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    return head.decode().split("\r\n"), body


@pytest.mark.parametrize("stream", ["purchases", "bare", "batches", "replays", "members"])
def test_the_length_header_tells_the_length_of_the_body(stream: Stream) -> None:
    made, _ = requests_of(_order(stream, last=100_000))
    for request, _ in islice(made, BASKETS + 5):
        head, body = _split(request)
        assert f"Content-Length: {len(body)}" in head


def test_a_purchase_is_one_the_api_takes_with_five_lines_and_a_key() -> None:
    made, _ = requests_of(_order("purchases"))
    for request, units in islice(made, BASKETS):
        head, body = _split(request)
        assert head[0] == "POST /v1/programs/bench/purchases HTTP/1.1"
        assert units == 1
        assert any(line.startswith('Idempotency-Key: "') for line in head)
        assert len(PurchaseBody.model_validate_json(body).lines) == 5


@pytest.mark.parametrize("stream", ["purchases", "batches"])
def test_without_a_key_the_same_is_sent_and_nothing_else(stream: Stream) -> None:
    (keyed, _), (plain, _) = (next(requests_of(_order(stream, keyed=keyed))[0]) for keyed in (True, False))
    (head, body), (plain_head, plain_body) = _split(keyed), _split(plain)
    assert plain_body == body
    assert plain_head == [line for line in head if not line.startswith("Idempotency-Key")]


@pytest.mark.parametrize("stream", ["batches", "members"])
def test_a_batch_is_one_the_api_takes(stream: Stream) -> None:
    ((request, units),) = islice(requests_of(_order(stream, last=1000))[0], 1)
    assert units == len(BatchBody.model_validate_json(_split(request)[1]).commands) == 20


def test_no_two_events_share_an_order_or_a_key() -> None:
    made, next_number = requests_of(_order("purchases", first=7))
    requests = [_split(request) for request, _ in islice(made, 3000)]
    assert len({json.loads(body)["order"] for _, body in requests}) == 3000
    assert len({line for head, _ in requests for line in head if line.startswith("Idempotency-Key")}) == 3000
    assert next_number() == 3007


def test_the_same_numbers_make_the_same_bytes_again() -> None:
    first, again = (requests_of(_order("batches", first=40))[0] for _ in range(2))
    assert list(islice(first, 3)) == list(islice(again, 3))


def test_repeats_go_round_and_what_is_posted_once_ends() -> None:
    once = [request for request, _ in requests_of(_order("batches", first=0, last=60))[0]]
    assert len(once) == 3
    round_and_round = [request for request, _ in islice(requests_of(_order("replays", first=0, last=60))[0], 7)]
    assert round_and_round == [*once, *once, once[0]]


def test_all_members_of_the_span_are_asked_for() -> None:
    made, _ = requests_of(_order("balances", members=50))
    asked = {_split(request)[0][0] for request, _ in islice(made, 400)}
    assert len(asked) == 50


def test_only_a_first_posting_counts_as_posted_and_only_a_repeat_as_repeated() -> None:
    body = b'{"results":[{"status":201},{"status":200},{"status":422}]}'
    assert accepted(_order("batches"), 200, body, 3) == 1
    assert accepted(_order("replays"), 200, body, 3) == 1
    assert accepted(_order("purchases"), 200, b"", 1) == 0
    assert accepted(_order("purchases"), 201, b"", 1) == 1
