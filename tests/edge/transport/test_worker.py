import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import OutboxBroken
from edge.outbox.outbox import Outbox
from edge.transport.https import SendResult, Uplink
from edge.transport.worker import Backoff, UplinkWorker

SOON = Backoff(first_s=0.01, most_s=0.05)


def test_what_is_committed_while_it_runs_is_delivered_and_drained(
    centre: Any, uplink: Uplink, outbox: Outbox, make: Any
):
    with UplinkWorker(uplink, poll_s=60.0) as worker:
        for n in range(20):
            outbox.commit([make.health(n)])
            worker.notify()
        assert worker.drain(20)
        assert worker.status().acknowledged == 20
        assert worker.status().problem is None
    assert len(centre.stored) == 20


def test_it_waits_for_a_centre_that_is_down_and_then_delivers(
    open_centre: Callable[..., Any], outbox: Outbox, make: Any
):
    gone = open_centre()
    gone.close()
    outbox.commit([make.health(1)])
    with Uplink(gone.url, outbox) as uplink, UplinkWorker(uplink, SOON) as worker:
        assert not worker.drain(0.2)
        assert worker.status().failures_in_a_row > 0
        assert worker.status().problem is not None
        back = open_centre(gone.port)
        assert worker.drain(20)
        assert worker.status().failures_in_a_row == 0
    assert len(back.stored) == 1


def test_a_drain_tries_at_once_even_in_the_midst_of_a_long_wait(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    centre.faults.append(make.says(503))
    outbox.commit([make.health(1)])
    with UplinkWorker(uplink, Backoff(first_s=3600.0, most_s=3600.0)) as worker:
        while worker.status().failures_in_a_row == 0:
            threading.Event().wait(0.01)
        assert worker.drain(20)


def test_stop_ends_a_long_wait_and_keeps_what_waits(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    centre.faults.append(make.says(503))
    outbox.commit([make.health(1)])
    worker = UplinkWorker(uplink, Backoff(first_s=3600.0, most_s=3600.0))
    worker.start()
    while worker.status().failures_in_a_row == 0:
        threading.Event().wait(0.01)
    assert worker.stop(20)
    assert outbox.depth() == 1


def test_a_worker_never_started_can_be_stopped(uplink: Uplink):
    assert UplinkWorker(uplink).stop()


class FailingUplink:
    """Raises in turn, then finds nothing to do."""

    def __init__(self, outbox: Outbox, *errors: Exception) -> None:
        self.outbox = outbox
        self.errors = list(errors)

    def send_once(self) -> SendResult:
        if self.errors:
            raise self.errors.pop(0)
        return SendResult()


def test_a_failed_disk_ends_it_and_is_told(outbox: Outbox, make: Any):
    outbox.commit([make.health(1)])
    worker = UplinkWorker(FailingUplink(outbox, OutboxBroken("outbox o.db: the disk failed")))  # type: ignore[arg-type]  # a narrow port
    with worker:
        assert not worker.drain(20)
        with pytest.raises(OutboxBroken, match="the disk failed"):
            worker.check()


def test_an_unforeseen_fault_is_counted_and_outlived(outbox: Outbox):
    uplink = FailingUplink(outbox, ZeroDivisionError("odd"))
    with UplinkWorker(uplink, SOON, poll_s=0.01) as worker:  # type: ignore[arg-type]  # a narrow port
        while uplink.errors or worker.status().failures_in_a_row:
            threading.Event().wait(0.01)
        worker.check()


@given(failures=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_waits_double_up_to_the_most_and_chance_takes_off_half_at_most(failures: int, chance: float):
    backoff = Backoff(first_s=1.0, most_s=60.0)
    full_s = min(60.0, 2.0 ** min(failures - 1, 6))
    assert full_s / 2 <= backoff.wait_s(failures, chance) <= full_s


def test_two_agents_do_not_wait_alike():
    first, second = random.Random(1), random.Random(2)
    assert Backoff().wait_s(5, first.random()) != Backoff().wait_s(5, second.random())
