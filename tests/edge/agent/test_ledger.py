"""Patience with a full disk: hold, try again in order, and give up the least."""

from hypothesis import given
from hypothesis import strategies as st

from edge.agent.ledger import PatientLedger
from edge.errors import OutboxFull
from edge.outbox.outbox import Outbox
from vision.events.bodies import Counts, Finding, Health


class Moody:
    """A ledger whose disk is full while `full`; keeps what it commits."""

    def __init__(self):
        self.full = False
        self.kept = []
        self.tries = 0

    def commit(self, events, media=()):
        self.tries += 1
        if self.full:
            raise OutboxFull("no room")
        self.kept += [event.id for event in events]


def finding():
    return Finding(offence="red_light", vehicle="car", track=1, at_s=1.0, measures=(), package="0" * 64, media=())


def bodies(crossing):
    return {
        "crossing": crossing(),
        "counts": Counts(line="a", since_s=0, until_s=1, coverage=1, counts={}),
        "health": Health(state="running", frames=1),
        "finding": finding(),
    }


def test_what_a_full_disk_refused_is_stored_in_order_once_there_is_room(crossing_event, caplog):
    moody = Moody()
    ledger = PatientLedger(moody)
    events = [crossing_event() for _ in range(6)]
    ledger.commit(events[:1])
    moody.full = True
    ledger.commit(events[1:3])
    ledger.commit(events[3:5])
    assert (moody.kept, ledger.held) == ([events[0].id], 4)
    moody.full = False
    ledger.commit(events[5:])
    assert moody.kept == [event.id for event in events]
    assert (ledger.held, ledger.dropped) == (0, 0)
    assert [record.message for record in caplog.records] == [
        "no room; looking goes on, events wait in memory",
        "there is room again: all that waited is stored; 0 events were given up",
    ]


def test_a_commit_on_a_full_disk_tries_once_not_once_for_each_that_waits(crossing_event):
    moody = Moody()
    moody.full = True
    ledger = PatientLedger(moody)
    for _ in range(50):
        ledger.commit([crossing_event()])
    assert moody.tries == 50


def test_beyond_the_limit_the_oldest_crossings_and_counts_go_and_never_health_or_findings(stream, crossing):
    moody = Moody()
    moody.full = True
    ledger = PatientLedger(moody, most_held=3)
    kinds = ["health", "crossing", "finding", "counts", "crossing", "health", "crossing"]
    events = [stream.wrap(bodies(crossing)[kind], 0.0) for kind in kinds]
    ledger.commit(events[:4])
    ledger.commit(events[4:])
    assert (ledger.held, ledger.dropped) == (3, 4)
    moody.full = False
    ledger.commit([])
    assert moody.kept == [events[0].id, events[2].id, events[5].id]


def test_findings_alone_may_exceed_the_limit(stream):
    moody = Moody()
    moody.full = True
    ledger = PatientLedger(moody, most_held=2)
    for _ in range(5):
        ledger.commit([stream.wrap(finding(), 0.0)])
    assert (ledger.held, ledger.dropped) == (5, 0)


@given(st.lists(st.tuples(st.lists(st.sampled_from(["crossing", "counts", "health"]), max_size=5), st.booleans())))
def test_every_event_is_stored_held_or_counted_as_dropped(turns):
    from datetime import UTC, datetime

    from vision.events.bodies import Crossing
    from vision.events.stream import EventStream

    def crossing():
        return Crossing(
            line="a", role="counting", track=1, vehicle="car", direction="left_to_right", frame=0, at_s=0, at_error_s=0,
            x=0, y=0,
        )  # fmt: skip

    stream = EventStream("c", "b", datetime(2026, 11, 21, tzinfo=UTC))
    moody = Moody()
    ledger = PatientLedger(moody, most_held=4)
    said = 0
    for kinds, moody.full in turns:
        ledger.commit([stream.wrap(bodies(crossing)[kind], 0.0) for kind in kinds])
        said += len(kinds)
        assert len(moody.kept) + ledger.held + ledger.dropped == said
        places = [int(event_id.rsplit("/", 1)[1]) for event_id in moody.kept]
        assert places == sorted(set(places))
        assert moody.full or ledger.held == 0


def test_a_real_outbox_on_a_full_disk_holds_and_then_takes(tmp_path, crossing_event):
    with Outbox.open(tmp_path / "o.db", limit_bytes=100_000) as outbox:
        ledger = PatientLedger(outbox)
        said = 0
        while ledger.held < 10:
            ledger.commit([crossing_event()])
            said += 1
        waiting = [row.id for row in outbox.pending(10_000)]
        assert len(waiting) == said - 10
        outbox.acknowledge(waiting)
        ledger.commit([crossing_event()])
        assert (ledger.held, outbox.depth()) == (0, 11)
