"""What is known of a lamp when several tell of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.lamps.book import HELD_S, HeldLamps, LampBook, filled
from vision.events.lamps import Lamp, LampSpan, LampTimeline


def span(state, since_s, until_s, origin="controller", error_s=0.1):
    return LampSpan(state=state, since_s=since_s, until_s=until_s, error_s=error_s, origin=origin)


def shown(timeline):
    return [(each.state.value, each.since_s, each.until_s, each.origin) for each in timeline.spans]


def test_yellow_and_its_start_are_kept_and_knowledge_ends_with_the_last_word():
    book = LampBook()
    told = book.of("a", "controller")
    told.tell(Lamp.GREEN, 0.0, 0.1)
    told.tell(Lamp.YELLOW, 10.0, 0.2)
    told.tell(Lamp.RED, 13.0, 0.1)
    told.hear(15.5)
    assert shown(book["a"]) == [
        ("green", 0.0, 10.0, "controller"),
        ("yellow", 10.0, 13.0, "controller"),
        ("red", 13.0, 15.5, "controller"),
    ]
    assert [each.error_s for each in book["a"].spans] == [0.2, 0.2, 0.1]
    assert book["a"].at(15.6) is None


def test_after_a_silence_a_new_span_begins_and_the_gap_stays_unknown():
    book = LampBook()
    told = book.of("a", "image")
    told.tell(Lamp.RED, 0.0, 0.1)
    told.hear(4.0)
    told.lose()
    told.tell(Lamp.RED, 9.0, 0.1)
    told.hear(10.0)
    assert shown(book["a"]) == [("red", 0.0, 4.0, "image"), ("red", 9.0, 10.0, "image")]
    assert book["a"].at(6.0) is None


def test_the_controller_counts_first_and_the_picture_fills_what_it_leaves_open():
    book = LampBook({"a": LampTimeline(group="a", spans=(span("green", 0, 30, "file"),))})
    controller, image = book.of("a", "controller"), book.of("a", "image")
    controller.tell(Lamp.RED, 5.0, 0.1)
    controller.hear(8.0)
    image.tell(Lamp.YELLOW, 7.0, 0.2)
    image.hear(40.0)
    book.changed("a")
    assert shown(book["a"]) == [
        ("green", 0.0, 5.0, "file"),
        ("red", 5.0, 8.0, "controller"),
        ("green", 8.0, 30.0, "file"),
        ("yellow", 30.0, 40.0, "image"),
    ]


def test_a_controller_that_does_not_know_lets_the_picture_speak():
    book = LampBook()
    controller, image = book.of("a", "controller"), book.of("a", "image")
    controller.tell(Lamp.UNKNOWN, 0.0, 0.1)
    controller.hear(20.0)
    image.tell(Lamp.RED, 5.0, 0.2)
    image.hear(10.0)
    book.changed("a")
    assert shown(book["a"]) == [
        ("unknown", 0.0, 5.0, "controller"),
        ("red", 5.0, 10.0, "image"),
        ("unknown", 10.0, 20.0, "controller"),
    ]


def test_a_group_of_which_somebody_will_tell_is_there_before_anybody_did():
    book = LampBook(groups=frozenset({"a"}))
    assert list(book) == ["a"]
    assert book["a"].spans == ()
    with pytest.raises(KeyError):
        book["b"]


def test_for_counts_alone_what_was_known_a_moment_ago_counts_as_known():
    book = LampBook()
    told = book.of("a", "controller")
    told.tell(Lamp.RED, 0.0, 0.1)
    told.hear(4.0)
    held = HeldLamps(book)
    assert held["a"].at(4.0 + HELD_S - 0.1) is not None
    assert held["a"].at(4.0 + HELD_S + 0.1) is None
    assert book["a"].at(4.1) is None


spans = st.lists(
    st.tuples(st.sampled_from(["red", "green", "yellow", "unknown"]), st.floats(0.1, 10), st.floats(0, 5)), max_size=6
)


def in_order(parts, origin):
    now_s, made = 0.0, []
    for state, lasts_s, pause_s in parts:
        since_s, now_s = now_s + pause_s, now_s + pause_s + lasts_s
        made.append(span(state, since_s, now_s, origin))
    return tuple(made)


@given(better=spans, other=spans, at_s=st.floats(0, 60))
def test_whatever_the_better_teller_says_stands_and_no_spans_overlap(better, other, at_s):
    first, second = in_order(better, "controller"), in_order(other, "image")
    together = LampTimeline(group="a", spans=filled(first, second))
    said = LampTimeline(group="a", spans=first).at(at_s)
    if said is not None and said.state is not Lamp.UNKNOWN:
        found = together.at(at_s)
        assert found is not None
        assert (found.state, found.since_s, found.origin) == (said.state, said.since_s, "controller")
