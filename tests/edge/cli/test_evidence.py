"""`ngatu evidence` on sealed packages: what goes leaves a receipt, what is held stays, and the verifier knows."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from edge.outbox.outbox import Outbox
from edge.outbox.rows import OutboxMedia
from violations.evidence.checkpoint import CHECKPOINTS
from violations.evidence.keys import load_key, load_or_make_key
from violations.evidence.ledger import LEDGER, EvidenceLedger
from violations.evidence.package import EvidenceFile, write_package
from violations.evidence.purge import packages_of, purge
from violations.evidence.record import ClockQuality, EvidenceRecord, ModelUsed, Still
from violations.evidence.seal import Purge
from vision.events.bodies import Finding, Gate
from vision.events.stream import EventStream

LONG_AGO = datetime(2026, 2, 1, 3, tzinfo=UTC)
TODAY = ("--today", datetime.now(UTC).strftime("%Y-%m-%d"))


def record(track, at=LONG_AGO):
    return EvidenceRecord(
        camera="cam-1",
        boot="b1",
        scene_sha256="c" * 64,
        model=ModelUsed(name="eyes", sha256="d" * 64),
        software="ngatu test",
        offence="red_light",
        vehicle="car",
        track=track,
        at_s=13.0,
        at_error_s=0.02,
        time=at,
        clock=ClockQuality(synchronised=None, error_s=None),
        measures=(),
        stills=(Still(name="at.jpg", shows="still_at", frame=1, media_s=13.0),),
        gate=Gate(prosecutable=False, reasons=("recording",)),
    )


@pytest.fixture
def data(tmp_path):
    return tmp_path / "agent"


@pytest.fixture
def ledger(data):
    data.mkdir()
    return EvidenceLedger.open(data / "evidence", load_or_make_key(data / "device.key"))


@pytest.fixture
def keep(ledger):
    def make(track, at=LONG_AGO):
        file = EvidenceFile("at.jpg", "still_at", "image/jpeg", b"j%d" % track)
        return write_package(ledger.path.parent, record(track, at), [file], ledger)

    return make


def stand(said):
    return {one["package"]: (one["kept"], one["purged"]) for one in said.document["packages"]}


def test_what_its_rule_lets_go_goes_with_a_receipt_and_the_ledger_still_verifies(ngatu, keep, data, ledger):
    old, new = keep(1), keep(2, datetime.now(UTC) - timedelta(days=3))
    assert stand(ngatu("evidence", "list", "--data", data, "--json"))[old.folder.name] == (None, False)
    assert old.folder.exists(), "a list changes nothing"
    said = ngatu("evidence", "purge", *TODAY, "--data", data, "--json")
    assert stand(said) == {old.folder.name: (None, True), new.folder.name: ("not_due", False)}
    assert (old.folder.exists(), new.folder.exists()) == (False, True)
    receipt = ledger.lines()[-1]
    assert isinstance(receipt, Purge)
    assert (receipt.manifest, receipt.folder, receipt.rule) == (old.manifest_sha256, old.folder.name, "information")
    assert "kept for 30 days" in receipt.why
    verified = ngatu("verify", data / "evidence", "--key", data / "device.pub")
    assert verified.code == 0
    assert "1 packages were purged, each with a receipt" in verified.out


def test_a_clock_that_leapt_forward_purges_nothing_and_it_is_said(ngatu, keep, data):
    """The calendar on the wall says February; only the box believes that it is long past."""
    old = keep(1)
    purge_in_february = ("evidence", "purge", "--data", data, "--today", "2026-02-05")
    said = ngatu(*purge_in_february, "--json")
    assert stand(said) == {old.folder.name: ("clock_disagrees", False)}
    assert (said.document["clocks_disagree"], said.document["witness"]) == (True, "person")
    told = ngatu(*purge_in_february).out
    assert "the clocks disagree: this box says" in told
    assert "the day given says 2026-02-05 16:59 UTC; the earlier one counts" in told
    assert old.folder.exists()


def test_without_another_word_for_the_day_only_what_is_older_than_the_newest_package_goes(ngatu, keep, data):
    old = keep(1)
    assert stand(ngatu("evidence", "purge", "--data", data, "--json")) == {old.folder.name: ("clock_disagrees", False)}
    new = keep(2, datetime.now(UTC) - timedelta(days=1))
    said = ngatu("evidence", "purge", "--data", data, "--json")
    assert stand(said) == {old.folder.name: (None, True), new.folder.name: ("not_due", False)}
    assert said.document["witness"] == "newest_package"


def test_a_hold_beats_the_rule_until_it_is_released(ngatu, keep, data):
    old = keep(1)
    words = ("--who", "Thẩm phán B", "--why", "vụ 12")
    assert ngatu("evidence", "hold", old.folder, *words).code == 0
    assert stand(ngatu("evidence", "purge", *TODAY, "--data", data, "--json"))[old.folder.name] == ("held", False)
    assert old.folder.exists()
    again = ngatu("evidence", "hold", old.folder, *words)
    assert (again.code, "is held already" in again.err) == (2, True)
    assert "1 packages are held" in ngatu("verify", data / "evidence").out
    assert ngatu("evidence", "release", old.folder, *words).code == 0
    ngatu("evidence", "purge", *TODAY, "--data", data)
    assert not old.folder.exists()
    assert ngatu("verify", data / "evidence").code == 0


def test_a_package_deleted_without_a_receipt_is_missed_and_a_receipt_taken_out_is_found(ngatu, keep, data):
    import shutil

    old, other = keep(1), keep(2)
    ngatu("evidence", "hold", other.folder, "--who", "B", "--why", "vụ 12")
    ngatu("evidence", "purge", *TODAY, "--data", data)
    assert ngatu("verify", data / "evidence").code == 0
    shutil.rmtree(other.folder)
    said = ngatu("verify", data / "evidence")
    assert (said.code, f"package {other.manifest_sha256}: wanted the package that the ledger records" in said.out) == (
        1,
        True,
    )
    lines = (data / "evidence" / LEDGER).read_bytes().splitlines(keepends=True)
    (data / "evidence" / LEDGER).write_bytes(b"".join(line for line in lines if b"ngatu-purge" not in line))
    assert f"package {old.manifest_sha256}: wanted the package" in ngatu("verify", data / "evidence").out


def test_a_purge_that_a_crash_cut_off_is_finished_by_the_next(ngatu, keep, data, ledger, monkeypatch):
    old = keep(1)
    [package] = packages_of(ledger.path.parent)
    with monkeypatch.context() as crash:
        crash.setattr("violations.evidence.purge._delete", lambda *_: None)
        purge(ledger, package, rule="information", why="x", now=datetime.now(UTC))
    said = ngatu("verify", data / "evidence")
    assert (said.code, "its purge is recorded, found it is still here" in said.out) == (1, True)
    ngatu("evidence", "purge", *TODAY, "--data", data)
    assert not old.folder.exists()
    assert ngatu("verify", data / "evidence").code == 0
    assert len([line for line in ledger.lines() if isinstance(line, Purge)]) == 1


@pytest.fixture
def waiting(data):
    """Put the finding of a package into the outbox."""

    def put(package):
        finding = Finding(
            offence="red_light",
            vehicle="car",
            track=1,
            at_s=13.0,
            measures=(),
            package=package.manifest_sha256,
            media=package.media,
        )
        stream = EventStream("cam-1", "b1", LONG_AGO)
        media = [OutboxMedia(file.sha256, package.folder / file.name, file.size_bytes) for file in package.media]
        with Outbox.open(data / "outbox.db") as outbox:
            outbox.commit([stream.wrap(finding, 13.0)], media)

    return put


@pytest.fixture
def centre(start_ngatu, tmp_path):
    """A real `ngatu serve`; its address."""
    process = start_ngatu("serve", "--port", 0, "--data", tmp_path / "centre", "--json")
    yield json.loads(process.stdout.readline())["url"]
    process.kill()
    process.communicate()


def test_what_waits_or_has_an_open_case_or_is_unknown_to_the_centre_stays(ngatu, keep, data, waiting, centre):
    sent, never_sent = keep(1), keep(2)
    waiting(sent)
    listed = stand(ngatu("evidence", "purge", *TODAY, "--data", data, "--json"))
    assert listed == {sent.folder.name: ("unsent", False), never_sent.folder.name: ("centre_not_asked", False)}
    assert ngatu("send", "--centre", centre, "--data", data).code == 0
    # The centre saw them only today: by its word they are not old, whatever the box's labels say.
    purge_again = ("evidence", "purge", *TODAY, "--data", data, "--json")
    assert stand(ngatu(*purge_again))[sent.folder.name] == ("not_due", False)
    (data / "evidence" / CHECKPOINTS).unlink()
    assert stand(ngatu(*purge_again))[sent.folder.name] == ("centre_not_asked", False)
    asked = stand(ngatu("evidence", "purge", *TODAY, "--data", data, "--centre", centre, "--json"))
    assert asked == {sent.folder.name: ("open_case", False), never_sent.folder.name: ("unknown_to_centre", False)}
    answer = httpx.get(f"{centre}/api/cases", timeout=30, trust_env=False).json()
    assert len(answer["cases"]) == 1
    assert sent.folder.exists() and never_sent.folder.exists()


def test_a_finding_the_centre_refused_keeps_its_package(ngatu, keep, data, waiting):
    package = keep(1)
    waiting(package)
    with Outbox.open(data / "outbox.db") as outbox:
        outbox.refuse(outbox.pending(1)[0].id, "no")
    assert stand(ngatu("evidence", "purge", *TODAY, "--data", data, "--json"))[package.folder.name] == ("unsent", False)


def test_what_is_not_what_was_sealed_stays_and_is_told(ngatu, keep, data):
    old = keep(1)
    (old.folder / "at.jpg").write_bytes(b"other")
    said = ngatu("evidence", "purge", *TODAY, "--data", data, "--json")
    assert (said.code, stand(said)[old.folder.name]) == (1, ("differs", False))


def test_with_the_centre_away_nothing_is_deleted(ngatu, keep, data, waiting, closed_address):
    old = keep(1)
    Outbox.open(data / "outbox.db").close()
    said = ngatu("evidence", "purge", *TODAY, "--data", data, "--centre", closed_address)
    assert (said.code, "nothing was deleted" in said.err, old.folder.exists()) == (2, True, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("list", "--data", "{tmp}"), "found no ledger.jsonl in"),
        (("hold", "{tmp}", "--who", "B", "--why", "x"), "wanted the folder of one package, found no manifest.json"),
        (("list", "--data", "{data}", "--rules", "{tmp}/none.yaml"), "none.yaml"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(ngatu, keep, data, tmp_path, words, told):
    keep(1)
    said = ngatu("evidence", *(word.format(tmp=tmp_path, data=data) for word in words))
    assert (said.code, told in said.err) == (2, True), said.err


def test_an_unreadable_outbox_means_nobody_knows_and_nothing_goes(ngatu, keep, data):
    old = keep(1)
    (data / "outbox.db").write_bytes(b"no database" * 100)
    said = ngatu("evidence", "purge", *TODAY, "--data", data)
    assert (said.code in {2, 4}, old.folder.exists(), "outbox" in said.err) == (True, True, True)


def test_the_ledger_of_another_device_is_not_written_to(ngatu, keep, data):
    old = keep(1)
    (data / "device.key").unlink()
    load_or_make_key(data / "device.key")
    assert load_key(data / "device.key").public
    said = ngatu("evidence", "purge", *TODAY, "--data", data)
    assert (said.code, "wanted the ledger of the device" in said.err, old.folder.exists()) == (2, True, True)
