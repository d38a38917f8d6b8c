import threading

import numpy as np
import pytest

from edge.agent.inbox import MOST_WAITING, Inbox
from edge.loop.seen import Seen
from vision.errors import SourceError
from vision.frame import Frame


@pytest.fixture
def seen(believe):
    def make(number) -> Seen:
        return believe(Frame(number, number / 25, np.zeros((4, 4, 3), np.uint8), 0.0))

    return make


def test_what_is_put_comes_out_in_order_and_makes_room(seen):
    woken = []
    inbox = Inbox(lambda: woken.append(1))
    for number in range(MOST_WAITING):
        assert inbox.has_room()
        inbox.put(seen(number))
    assert not inbox.has_room()
    inbox.end(None)
    assert [one.frame.index for one in inbox] == list(range(MOST_WAITING))
    assert inbox.has_room()
    assert len(woken) >= MOST_WAITING


def test_the_fault_comes_after_what_was_seen_and_the_first_word_counts(seen):
    inbox = Inbox()
    inbox.put(seen(0))
    inbox.end(SourceError("gone"))
    inbox.end(None)
    reading = iter(inbox)
    assert next(reading).frame.index == 0
    with pytest.raises(SourceError, match="gone"):
        next(reading)


def test_a_reader_that_waits_is_woken_by_the_end():
    inbox, got = Inbox(), []
    reader = threading.Thread(target=lambda: got.extend(inbox))
    reader.start()
    inbox.end(None)
    reader.join(30)
    assert not reader.is_alive()


def test_where_nobody_reads_any_more_nothing_is_kept(seen):
    inbox = Inbox()
    for number in range(MOST_WAITING):
        inbox.put(seen(number))
    inbox.abandon()
    inbox.put(seen(99))
    inbox.end(None)
    assert inbox.has_room()
    assert list(inbox) == []
