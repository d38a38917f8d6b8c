import threading
from collections.abc import Callable
from typing import Any

import pytest

from edge.outbox.outbox import Outbox
from edge.transport.https import SendResult, Uplink, send_all
from vision.events.envelope import EVENT


def test_events_arrive_word_for_word_and_leave_the_outbox(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    events = [make.health(1, note="xe máy trước vạch"), make.health(2)]
    outbox.commit(events)
    assert uplink.send_once() == SendResult(acknowledged=2)
    assert [EVENT.validate_python(body) for body in centre.stored.values()] == events
    assert outbox.depth() == 0
    assert centre.requests == ["POST /api/events"]
    assert centre.headers[0]["authorization"] == "Bearer secret-token"
    assert centre.headers[0]["content-type"] == "application/json"


def test_an_empty_outbox_sends_nothing(centre: Any, uplink: Uplink):
    assert uplink.send_once() == SendResult()
    assert centre.requests == []


def test_files_travel_before_the_claim_that_names_them(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    still, clip = make.evidence(b"still"), make.evidence(b"clip" * 100_000)
    outbox.commit([make.finding(still, clip)], [still, clip])
    assert uplink.send_once() == SendResult(acknowledged=1, files_sent=2)
    assert centre.requests == [
        f"PUT /api/media/{still.sha256}",
        f"PUT /api/media/{clip.sha256}",
        "POST /api/events",
    ]
    assert centre.media == {still.sha256: b"still", clip.sha256: b"clip" * 100_000}
    assert [headers["content-type"] for headers in centre.headers] == ["image/jpeg", "image/jpeg", "application/json"]
    assert still.path.exists()


def test_a_file_at_the_centre_is_not_sent_again(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    still = make.evidence(b"still")
    outbox.commit([make.finding(still)], [still])
    centre.faults.extend([lambda _: False, make.says(503)])
    assert uplink.send_once().files_sent == 1
    assert uplink.send_once() == SendResult(acknowledged=1)
    assert centre.uploads == [still.sha256]


def test_an_answer_lost_after_the_commit_delivers_twice_and_stores_once(
    centre: Any, uplink: Uplink, outbox: Outbox, make: Any
):
    event = make.health(1)
    outbox.commit([event])
    centre.faults.append(make.loses_the_answer)
    lost = uplink.send_once()
    assert (lost.acknowledged, outbox.depth()) == (0, 1)
    assert lost.problem
    assert lost.problem.startswith("no answer from the centre")
    assert uplink.send_once() == SendResult(acknowledged=1)
    assert centre.received == [[event.id], [event.id]]
    assert list(centre.stored) == [event.id]
    assert outbox.depth() == 0


def test_batches_hold_no_more_than_the_most_events_and_bytes(centre: Any, outbox: Outbox, make: Any):
    outbox.commit([make.health(n) for n in range(7)])
    with Uplink(centre.url, outbox, most_events=3) as uplink:
        assert sum(result.acknowledged for result in send_all(uplink)) == 7
    assert [len(ids) for ids in centre.received] == [3, 3, 1]
    outbox.commit(
        [
            make.health(9, note="a" * 400),
            make.health(10, note="b" * 400),
            make.health(11, note="c" * 3000),
            make.health(12),
        ]
    )
    with Uplink(centre.url, outbox, most_bytes=1500) as uplink:
        assert sum(result.acknowledged for result in send_all(uplink)) == 4
    assert [len(ids) for ids in centre.received[3:]] == [2, 1, 1]


def test_the_default_batch_is_five_hundred(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    outbox.commit([make.health(n) for n in range(501)])
    assert uplink.send_once() == SendResult(acknowledged=500)
    assert uplink.send_once() == SendResult(acknowledged=1)


@pytest.mark.parametrize("place", [0, 5, 12])
def test_one_poisoned_event_is_kept_aside_and_blocks_no_other(
    centre: Any, uplink: Uplink, outbox: Outbox, make: Any, place: int
):
    events = [make.health(n) for n in range(13)]
    outbox.commit(events)
    centre.poison.add(events[place].id)
    assert uplink.send_once() == SendResult(acknowledged=12, refused=1)
    assert [row.id for row in outbox.refused()] == [events[place].id]
    assert outbox.refused()[0].reason == "the centre answered 422: Unprocessable; an event is not valid"
    assert list(centre.stored) == [event.id for event in events if event.id != events[place].id]
    assert len(centre.requests) <= 9


def test_an_event_the_centre_names_as_refused_is_kept_aside(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    good, bad = make.health(1), make.health(2)
    centre.refuses[bad.id] = "camera is unknown"
    outbox.commit([good, bad])
    assert uplink.send_once() == SendResult(acknowledged=1, refused=1)
    assert [(row.id, row.reason) for row in outbox.refused()] == [(bad.id, "camera is unknown")]


@pytest.mark.parametrize("status", [301, 401, 403, 404, 408, 429, 500, 502, 503, 507])
def test_an_answer_that_is_not_about_the_events_keeps_them_all(
    centre: Any, uplink: Uplink, outbox: Outbox, make: Any, status: int
):
    outbox.commit([make.health(1), make.health(2)])
    centre.faults.append(make.says(status, {"detail": "not now"}))
    result = uplink.send_once()
    assert (result.moved, outbox.depth(), outbox.refused_count()) == (False, 2, 0)
    assert result.problem
    assert f"the centre answered {status}" in result.problem
    assert uplink.send_once() == SendResult(acknowledged=2)


def test_the_wait_the_centre_asks_for_is_told(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    outbox.commit([make.health(1)])
    centre.faults.append(make.says(503, retry_after="17"))
    assert uplink.send_once().retry_after_s == 17.0


@pytest.mark.parametrize("body", [b"<html>Welcome to the hotel</html>", b"{}", b'{"acknowledged": null}', b"[1]"])
def test_a_welcome_page_of_a_proxy_acknowledges_nothing(
    centre: Any, uplink: Uplink, outbox: Outbox, make: Any, body: bytes
):
    outbox.commit([make.health(1)])
    centre.faults.append(make.says(200, body))
    assert uplink.send_once().problem is not None
    assert outbox.depth() == 1


def test_a_receipt_that_leaves_an_event_out_keeps_it(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    first, second, later = make.health(1), make.health(2), make.health(3)
    outbox.commit([first, second])
    centre.faults.append(make.says(200, {"acknowledged": [first.id, later.id], "since": "a newer centre"}))
    outbox_before_later = uplink.send_once()
    assert outbox_before_later.problem == "the centre's receipt leaves out 1 of 2 events"
    assert [row.id for row in outbox.pending(9)] == [second.id]


def test_a_receipt_cannot_delete_what_was_not_sent(centre: Any, outbox: Outbox, make: Any):
    first, second = make.health(1), make.health(2)
    outbox.commit([first, second])
    centre.faults.append(make.says(200, {"acknowledged": [first.id, second.id]}))
    with Uplink(centre.url, outbox, most_events=1) as uplink:
        uplink.send_once()
    assert [row.id for row in outbox.pending(9)] == [second.id]


def test_files_the_centre_lost_are_uploaded_again_while_other_events_go_on(
    centre: Any, uplink: Uplink, outbox: Outbox, make: Any
):
    lost, kept = make.evidence(b"lost"), make.evidence(b"kept")
    first, second, fact = make.finding(lost), make.finding(kept), make.health(1)
    outbox.commit([first, second, fact], [lost, kept])
    centre.faults.extend([lambda _: False, lambda _: False, lambda _: bool(centre.media.pop(lost.sha256) and False)])
    result = uplink.send_once()
    assert (result.acknowledged, result.files_sent) == (2, 2)
    assert result.problem
    assert "409" in result.problem
    assert list(centre.stored) == [second.id, fact.id]
    assert uplink.send_once() == SendResult(acknowledged=1, files_sent=1)
    assert centre.uploads == [lost.sha256, kept.sha256, lost.sha256]


def test_a_conflict_that_names_no_file_uploads_all_of_the_batch_again(
    centre: Any, uplink: Uplink, outbox: Outbox, make: Any
):
    still = make.evidence(b"still")
    outbox.commit([make.finding(still), make.health(1)], [still])
    centre.faults.extend([lambda _: False, make.says(409)])
    assert uplink.send_once().acknowledged == 1
    assert uplink.send_once() == SendResult(acknowledged=1, files_sent=1)


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_claim_whose_file_is_lost_on_disk_is_kept_aside(
    centre: Any, uplink: Uplink, outbox: Outbox, make: Any, harm: str
):
    still, sound = make.evidence(b"still"), make.evidence(b"sound")
    outbox.commit([make.finding(still), make.finding(sound)], [still, sound])
    if harm == "gone":
        still.path.unlink()
    else:
        still.path.write_bytes(b"st1ll")
    assert uplink.send_once() == SendResult(acknowledged=1, refused=1, files_sent=1)
    assert harm in outbox.refused()[0].reason
    assert centre.uploads == [sound.sha256]


def test_a_file_damaged_on_the_way_is_sent_again(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    still = make.evidence(b"still")
    outbox.commit([make.finding(still)], [still])
    centre.faults.append(make.says(422, {"title": "Hash differs"}))
    assert uplink.send_once().problem == "the centre answered 422: Hash differs"
    assert uplink.send_once() == SendResult(acknowledged=1, files_sent=1)


def test_a_file_the_centre_never_takes_moves_its_claim_aside(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    clip = make.evidence(b"clip")
    outbox.commit([make.finding(clip), make.health(1)], [clip])
    centre.faults.append(make.says(413))
    assert uplink.send_once() == SendResult(acknowledged=1, refused=1)
    assert "413" in outbox.refused()[0].reason


def test_a_file_that_always_fails_stands_in_the_way_of_nothing(centre: Any, uplink: Uplink, outbox: Outbox, make: Any):
    stuck = [make.evidence(b"stuck%d" % n) for n in range(8)]
    sound = make.evidence(b"sound")
    outbox.commit([*(make.finding(file) for file in stuck), make.finding(sound), make.health(1)], [*stuck, sound])
    centre.faults.extend([make.says(500)] * 8)
    assert uplink.send_once().acknowledged == 1
    assert uplink.send_once().acknowledged == 1
    assert centre.media.keys() == {sound.sha256}
    assert uplink.send_once().acknowledged == 8


def test_a_centre_that_is_down_loses_nothing_and_gets_all_when_it_is_back(
    open_centre: Callable[..., Any], outbox: Outbox, make: Any
):
    first = open_centre()
    first.close()
    still = make.evidence(b"still")
    outbox.commit([make.health(1), make.finding(still)], [still])
    with Uplink(first.url, outbox) as uplink:
        away = uplink.send_once()
        assert not away.moved
        assert away.problem
        assert "ConnectError" in away.problem
        open_centre(first.port)
        assert uplink.send_once() == SendResult(acknowledged=2, files_sent=1)


def test_a_centre_that_does_not_answer_in_time_is_tried_again(centre: Any, outbox: Outbox, make: Any):
    released = threading.Event()
    centre.faults.append(make.waits_for(released))
    outbox.commit([make.health(1)])
    with Uplink(centre.url, outbox, timeout_s=0.2) as uplink:
        late = uplink.send_once()
        released.set()
        assert late.problem
        assert "ReadTimeout" in late.problem
        assert outbox.depth() == 1
    with Uplink(centre.url, outbox) as uplink:
        assert uplink.send_once() == SendResult(acknowledged=1)


def test_a_slow_upload_does_not_hold_back_the_counts(centre: Any, outbox: Outbox, make: Any):
    clip, fact = make.evidence(b"clip"), make.health(1)
    outbox.commit([make.finding(clip), fact], [clip])
    centre.faults.append(make.hears_nothing)
    with Uplink(centre.url, outbox) as uplink:
        assert uplink.send_once().acknowledged == 1
    assert list(centre.stored) == [fact.id]
