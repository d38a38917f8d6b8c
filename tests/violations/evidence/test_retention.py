"""What may go and what stays: retention by kind, and whatever beats it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.errors import RetentionFileError
from violations.evidence.checkpoint import countersign
from violations.evidence.ledger import EvidenceLedger
from violations.evidence.present import Present, Witness, first_seen
from violations.evidence.record import EvidenceRecord
from violations.evidence.retention import Kept, Known, Package, RetentionRules, judge_packages, load_rules
from vision.events.bodies import Gate

DAY = datetime(2026, 11, 21, 3, tzinfo=UTC)


def rule(name, applies_to, keep_days, since=date(2026, 1, 1), offences=()):
    return {
        "name": name,
        "since": since,
        "applies_to": applies_to,
        "offences": offences,
        "keep_days": keep_days,
        "source": "a test",
        "certainty": "I",
    }


RULES = RetentionRules.model_validate(
    {
        "version": 1,
        "rules": [
            rule("kept", "prosecutable", 400),
            rule("seen", "information", 30),
            rule("seen-less", "information", 10, since=date(2026, 12, 1)),
            rule("speed", "information", 90, offences=("speeding",)),
        ],
    }
)
ASKED = Known(held=(), unsent=(), asked=True)


@pytest.fixture
def package(stated):
    def make(prosecutable=False, **change):
        gate = Gate(prosecutable=True) if prosecutable else Gate(prosecutable=False, reasons=("recording",))
        record = EvidenceRecord.model_validate(stated | {"time": DAY.isoformat(), "gate": gate.model_dump()} | change)
        return Package(folder="p", manifest="a" * 64, record=record, sealed=True, sound=True)

    return make


def verdict(package, known=ASKED, now=DAY):
    [one] = judge_packages([package], RULES, known, Present(now, Witness.CENTRE, now))
    return one


def by_two(package, box, other, witness=Witness.CENTRE, **seen):
    [one] = judge_packages([package], RULES, ASKED, Present(box, witness, other, seen))
    return one


def test_a_package_goes_on_the_day_after_its_last_one_there_and_not_before(package):
    before = verdict(package(), now=datetime(2026, 12, 21, 16, 59, tzinfo=UTC))
    assert (before.kept, before.due, before.rule.name) == (Kept.NOT_DUE, date(2026, 12, 22), "seen")
    assert verdict(package(), now=datetime(2026, 12, 21, 17, tzinfo=UTC)).kept is None  # midnight in Hanoi


def test_each_kind_has_its_own_rule_and_the_one_in_force_when_it_was_recorded(package):
    assert verdict(package(prosecutable=True)).rule.name == "kept"
    assert verdict(package(offence="speeding")).rule.name == "speed"
    assert verdict(package(time="2026-12-02T00:00:00+00:00")).rule.name == "seen-less"
    assert verdict(package(gate=None)).rule.name == "seen"


LATE = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "kept"),
    [
        (replace(ASKED, held={"a" * 64}), Kept.HELD),
        (replace(ASKED, unsent={"a" * 64}), Kept.UNSENT),
        (replace(ASKED, open_cases={"a" * 64}), Kept.OPEN),
        (replace(ASKED, unknown={"a" * 64}), Kept.UNKNOWN),
        (replace(ASKED, asked=False), Kept.UNASKED),
        (ASKED, None),
        (replace(ASKED, asked=False, needs_asking=False), None),
    ],
)
def test_what_is_held_unsent_or_of_an_open_case_stays_however_old(package, known, kept):
    assert verdict(package(), known, LATE).kept is kept


@pytest.mark.parametrize(
    ("change", "kept"),
    [({"sound": False}, Kept.DIFFERS), ({"record": None}, Kept.DIFFERS), ({"sealed": False}, Kept.UNSEALED)],
)
def test_what_a_receipt_could_not_speak_for_stays(package, change, kept):
    assert verdict(replace(package(), **change), now=LATE).kept is kept


def test_what_a_dead_clock_dated_stays_for_no_rule_speaks_of_that_day(package):
    assert verdict(package(time="1970-01-01T00:00:10+00:00"), now=LATE).kept is Kept.NO_RULE


@given(
    held=st.booleans(),
    unsent=st.booleans(),
    is_open=st.booleans(),
    asked=st.booleans(),
    day=st.dates(date(2026, 1, 1), date(2200, 1, 1)),
)
def test_a_hold_an_open_case_and_an_unsent_event_beat_every_day(stated_once, held, unsent, is_open, asked, day):
    record = EvidenceRecord.model_validate(stated_once)
    package = Package(folder="p", manifest="a" * 64, record=record, sealed=True, sound=True)
    own = {"a" * 64}
    known = Known(
        held=own if held else (), unsent=own if unsent else (), open_cases=own if is_open else (), asked=asked
    )
    kept = verdict(package, known, datetime(day.year, day.month, day.day, tzinfo=UTC)).kept
    if held or unsent or is_open or not asked:
        assert kept is not None
    if held:
        assert kept is Kept.HELD


def test_a_clock_that_leapt_forward_makes_nothing_old(package):
    assert by_two(package(), box=LATE, other=DAY).kept is Kept.CLOCK
    assert by_two(package(), box=DAY, other=LATE).kept is Kept.NOT_DUE  # nor does the centre's, by itself
    assert by_two(package(), box=LATE, other=LATE).kept is None
    assert by_two(package(), box=LATE, other=None, witness=None).kept is Kept.NO_WITNESS


@given(box_days=st.integers(-4000, 40_000), other_days=st.one_of(st.none(), st.integers(-4000, 40_000)))
def test_what_goes_is_old_by_both_witnesses(stated_once, box_days, other_days):
    recorded = DAY.isoformat()
    record = EvidenceRecord.model_validate(stated_once | {"time": recorded, "gate": None})
    package = Package(folder="p", manifest="a" * 64, record=record, sealed=True, sound=True)
    box = DAY + timedelta(days=box_days)
    other = None if other_days is None else DAY + timedelta(days=other_days)
    if by_two(package, box, other).kept is None:
        assert min(box_days, other_days) > 30


def test_a_label_from_a_clock_that_ran_behind_does_not_make_a_package_older_than_the_centre_saw_it(package):
    """Recorded under a label of May; the centre countersigned its line on the day."""
    labelled = package(time="2026-05-01T00:00:00+00:00")
    soon = DAY + timedelta(days=10)
    assert by_two(labelled, soon, soon).kept is None
    assert by_two(labelled, soon, soon, **{"a" * 64: DAY}).kept is Kept.NOT_DUE


def test_clocks_disagree_only_where_one_of_them_must_be_wrong():
    hour = timedelta(hours=1)
    assert not Present(DAY, Witness.CENTRE, DAY + hour).disagrees
    assert Present(LATE, Witness.CENTRE, DAY).disagrees and Present(DAY, Witness.CENTRE, LATE).disagrees
    assert not Present(LATE, Witness.NEWEST, DAY).disagrees  # it only recorded nothing since
    assert Present(DAY, Witness.NEWEST, LATE).disagrees  # it recorded in what is now its future
    assert not Present(DAY).disagrees


def test_the_centre_first_saw_a_package_with_the_earliest_checkpoint_over_its_line(sealed_once, device, stranger):
    root, packages = sealed_once
    lines = EvidenceLedger.open(root, device).lines()
    first = countersign(lines[:2], None, device.public, stranger, DAY)
    second = countersign(lines[2:3], first, device.public, stranger, LATE)
    seen = first_seen(lines, [second, first])
    names = [package.manifest_sha256 for package in packages]
    assert [seen.get(name) for name in names] == [DAY, DAY, LATE, None]


def test_the_rules_that_ship_can_be_read_and_keep_what_may_be_prosecuted_beyond_the_limitation(package):
    rules = load_rules()
    kept = rules.rule_for(package(prosecutable=True).record)
    assert kept.keep_days > 366
    assert rules.rule_for(package().record).keep_days < kept.keep_days


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version: 2\nrules: []\n", ":1: 2 is not allowed here; allowed: 1"),
        ("version: 1\nrules:\n  - name: a\n    keep: 3\n", "unknown key 'keep'"),
        ("version: 1\nrules:\n  - {name: a, applies_to: all}\n", "'all' is not allowed here"),
        ("- 1\n", "wanted keys and values"),
        ("version: [\n", "not YAML"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_with_its_line(tmp_path, text, told):
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    with pytest.raises(RetentionFileError) as error:
        load_rules(file)
    assert told in str(error.value)
    assert str(file) in str(error.value)
