"""Packets, versions, values and the outbox, by themselves."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.control.rsmp.errors import NotUnderstoodError, PacketError, VersionError
from signals.control.rsmp.sxl.alarms import ALARMS
from signals.control.rsmp.sxl.table import SXLS, Sxl
from signals.control.rsmp.sxl.values import BOOLEAN, array, whole, wholes
from signals.control.rsmp.wire.core import CORE_NAMES, CORES, Core, Version, newest_common, versions
from signals.control.rsmp.wire.framing import Splitter, pack, unpack
from signals.control.rsmp.wire.messages import (
    AggregatedStatus,
    Alarm,
    CommandResponse,
    Returned,
    StatusUpdate,
    Told,
)
from signals.control.rsmp.wire.names import core_names, moment
from signals.control.rsmp.wire.outbox import Outbox
from signals.control.rsmp.wire.reading import adapt, read

TEXTS = st.text(max_size=20)
NOW = "2026-11-21T12:00:00.000Z"
NEWEST = Core(CORES[-1])


@settings(max_examples=50)
@given(st.lists(st.dictionaries(TEXTS, TEXTS, min_size=1), max_size=5), st.lists(st.integers(1, 40), min_size=1))
def test_packets_come_whole_however_the_stream_is_cut(messages: list[dict[str, str]], cuts: list[int]) -> None:
    stream = b"\x0c" + b"".join(pack(each) for each in messages)
    splitter, got, at = Splitter(), [], 0
    while at < len(stream):
        cut = cuts[at % len(cuts)]
        got += [unpack(packet) for packet in splitter.feed(stream[at : at + cut])]
        at += cut
    assert got == messages


@given(st.binary(max_size=60))
def test_any_bytes_are_a_packet_or_a_packet_error(data: bytes) -> None:
    try:
        assert isinstance(unpack(data), dict)
    except PacketError as error:
        assert str(error)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60)
@given(
    st.sampled_from(("Version", "Watchdog", "Alarm", "StatusSubscribe", "CommandRequest", "StatusResponse", "x")),
    st.dictionaries(
        st.sampled_from(("mId", "cId", "sS", "arg", "aSp", "aCId", "RSMP", "SXL", "siteId", "wTs", "sTs")), JSONS
    ),
    st.sampled_from([None, *map(Core, CORES)]),
)
def test_any_fields_are_a_message_or_are_not_understood(
    kind: str, fields: dict[str, object], core: Core | None
) -> None:
    try:
        read({"mType": "rSMsg", "type": kind} | fields, core)
    except NotUnderstoodError as error:
        assert error.reason


def test_a_packet_that_never_ends_is_an_error() -> None:
    splitter = Splitter(longest_bytes=10)
    splitter.feed(b"12345")
    with pytest.raises(PacketError, match="10 bytes"):
        splitter.feed(b"678901")


@pytest.mark.parametrize("text", ["3", "3.2.2.1", "a.b", "3.2.", "٣.٢", "3.2.100", ""])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(VersionError):
        Version.parse(text)


def test_versions_are_ordered_by_number_and_the_newest_common_one_wins() -> None:
    assert Version.parse("3.2") == Version.parse("3.2.0")
    assert Version.parse("1.0.7") < Version.parse("1.0.10") < Version.parse("1.1")
    assert newest_common(CORES, versions("3.1.3", "3.2")) == Version(3, 2)
    assert core_names(versions("3.1.5", "3.2")) == ["3.1.5", "3.2", "3.2.0"]
    assert core_names(CORES) == list(CORE_NAMES)
    with pytest.raises(VersionError, match=r"3\.1\.2.*9\.9\.0"):
        newest_common(versions("3.1.2"), versions("9.9"))


def test_before_3_1_3_nothing_is_null_on_the_wire() -> None:
    old = Core(Version(3, 1, 2))
    told = Told(code="S0001", name="stage", value=None, quality="undefined")
    returned = Returned(code="M0001", name="status", value=None, age="undefined")
    for message in (
        AggregatedStatus(component="TC", at=NOW, bits=[False] * 8),
        StatusUpdate(component="TC", at=NOW, told=[told]),
        CommandResponse(component="TC", at=NOW, returned=[returned]),
    ):
        assert "null" in json.dumps(message.fields())
        assert "null" not in json.dumps(adapt(message, old).fields())
        assert adapt(message, NEWEST) is message


def test_before_3_1_3_the_bits_of_the_aggregated_status_are_words_and_since_they_are_not() -> None:
    old, status = Core(Version(3, 1, 2)), AggregatedStatus(component="TC", at=NOW, bits=[True] + [False] * 7)
    sent = adapt(status, old).fields()
    assert sent["se"] == ["true"] + ["false"] * 7
    assert sent == status.fields() | {"se": sent["se"], "fP": "", "fS": ""}
    for written in (sent["se"], [each.capitalize() for each in sent["se"]], status.bits):
        taken = read(sent | {"se": written}, old)
        assert isinstance(taken, AggregatedStatus)
        assert taken.bits == status.bits
    for wrong in (["yes"] * 8, [1] * 8, ["true"] * 7, "true"):
        with pytest.raises(NotUnderstoodError):
            read(sent | {"se": wrong}, old)
    with pytest.raises(NotUnderstoodError):
        read(sent, Core(Version(3, 1, 3)))


def test_an_order_about_an_alarm_carries_nothing_of_its_standing() -> None:
    fields = Alarm(component="TC", code="A0001", about="Suspend").fields()
    assert set(fields) == {"mType", "type", "mId", "ntsOId", "xNId", "cId", "aCId", "xACId", "xNACId", "aSp"}


@pytest.mark.parametrize("text", ["2026-02-30T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "yesterday"])
def test_a_time_that_cannot_be_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstoodError):
        moment(text)


@pytest.mark.parametrize("value", ["-1", "256", "1.0", "", " 1", "١", "+1", "1" * 30, 7, None])
def test_a_whole_number_is_one_in_its_range(value: object) -> None:
    assert whole(0, 255).fault(value)
    assert whole(0, 255).fault("255") is None


def test_lists_and_objects_are_judged_by_their_parts() -> None:
    assert wholes(-1, 100).fault("-1,100,7") is None
    assert wholes(-1, 100).fault("1,,2")
    objects = array(id=whole(1, 9), on=BOOLEAN)
    assert objects.fault([{"id": "1", "on": "True"}]) is None
    for wrong in ("x", [1], [{"id": "1"}], [{"id": "0", "on": "True"}], [{"id": "1", "on": "True", "more": "1"}]):
        assert objects.fault(wrong)


def test_every_version_of_the_list_has_its_alarms() -> None:
    assert len(SXLS) == 10
    counts = [sum(alarm.known_to(version) for alarm in ALARMS.values()) for version in SXLS]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (14, 17)
    with pytest.raises(VersionError, match=r"1\.0\.6 is not known"):
        Sxl.named("1.0.6")


def update(value: str) -> StatusUpdate:
    told = Told(code="S0014", name="status", value=value, quality="recent")
    return StatusUpdate(component="TC", at=NOW, told=[told])


def qualities(outbox: Outbox, core: Core = NEWEST) -> list[tuple[object, str]]:
    return [(each.told[0].value, each.told[0].quality) for each in outbox.due(core) if isinstance(each, StatusUpdate)]


def test_an_outbox_keeps_its_order_over_a_power_cut(tmp_path: Path) -> None:
    file = tmp_path / "outbox.sqlite"
    first = Outbox(file)
    for value in "123":
        first.put(update(value), held=True)
    first.put(update("4"), held=False)
    first.close()
    again = Outbox(file)
    assert qualities(again) == [(value, "old") for value in "1234"], "held over the cut, all of it is old"
    assert qualities(again) == [], "what is under way is not sent twice"
    again.lost()
    sent = again.due(NEWEST)
    assert again.answered(sent[0].message_id)
    assert not again.answered(sent[0].message_id)
    again.lost()
    assert qualities(again, Core(Version(3, 1, 5))) == [(value, "recent") for value in "234"]
    again.close()


def test_a_full_outbox_drops_the_oldest_and_counts() -> None:
    outbox = Outbox(longest=3)
    for value in "12345":
        outbox.put(update(value), held=False)
    assert (outbox.dropped, len(outbox)) == (2, 3)
    assert qualities(outbox) == [("3", "recent"), ("4", "recent"), ("5", "recent")]
    outbox.close()
