"""`ngatu retention`, and what the running centre does by itself once a day."""

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from typer.testing import CliRunner

from centre import housekeeping
from centre.masked import MASKED
from centre.retention_cli import app
from violations.audit.log import EntriesWanted, list_entries
from violations.store.database import open_database
from violations.store.evidence_files import EvidenceShelf

LONG_AGO = datetime.now(UTC) - timedelta(days=100)


@pytest.fixture
def centre(tmp_path):
    """A centre with one file that no case ever named, and a picture of today."""
    engine = open_database(f"sqlite:///{tmp_path / 'ngatu.db'}")
    shelf = EvidenceShelf(engine, tmp_path / "evidence")
    for content, at in ((b"old", LONG_AGO), (b"new", datetime.now(UTC))):
        with shelf.receive(sha256(content).hexdigest()) as upload:
            upload.write(content)
            upload.finish("image/jpeg", at)
    yield shelf, tmp_path
    engine.dispose()


def run(data, *words):
    result = CliRunner().invoke(app, ["retention", *words, "--data", str(data)])
    return result.exit_code, result.stdout, result.stderr


def test_a_dry_run_says_what_would_go_and_a_run_deletes_it(centre):
    shelf, data = centre
    code, said, _ = run(data, "purge", "--dry-run", "--json")
    planned = json.loads(said)
    assert (code, planned["files"], planned["unattached"], planned["dry_run"]) == (0, 1, 1, True)
    assert shelf.size_of(sha256(b"old").hexdigest()) == 3
    assert json.loads(run(data, "purge", "--json")[1]) == planned | {"dry_run": False}
    assert shelf.size_of(sha256(b"old").hexdigest()) is None
    assert shelf.size_of(sha256(b"new").hexdigest()) == 3
    [entry] = list_entries(shelf.engine, EntriesWanted(action="evidence.purge"))
    assert entry.entry.who.startswith("console:")
    assert "Đã xóa · deleted: 0 files of 0 cases" in run(data, "purge")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("hold", "7", "--why", "court"), "wanted the case 7, found none"),
        (("hold", "7", "--why", ""), "wanted a reason of 3 to 300 characters"),
        (("release", "7", "--why", "court"), "wanted the case 7"),
        (("purge", "--evidence", "nowhere"), "--evidence: wanted s3://BUCKET/PREFIX, found nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(centre, words, told):
    code, _, fault = run(centre[1], *words)
    assert (code, told in fault) == (2, True)


def test_a_wrong_file_of_rules_stops_the_run_with_its_line_and_nothing_goes(centre):
    shelf, data = centre
    (data / "retention.yaml").write_text("version: 1\nrules:\n  - name: all\n    keep: 3\n")
    code, _, fault = run(data, "purge")
    assert (code, "retention.yaml" in fault) == (2, True)
    assert shelf.size_of(sha256(b"old").hexdigest()) == 3


def test_masked_copies_go_with_what_they_were_made_of(tmp_path):
    for name in ("a" * 64, "b" * 64):
        (tmp_path / MASKED / name).mkdir(parents=True)
        (tmp_path / MASKED / f"{name}.zip").write_bytes(b"x")
    housekeeping.forget_masked(tmp_path, "a" * 64)
    housekeeping.forget_masked(tmp_path, "c" * 64)
    assert {path.name[:1] for path in (tmp_path / MASKED).iterdir()} == {"b"}


def test_the_serving_centre_purges_by_itself_and_a_fault_does_not_end_it(centre, monkeypatch, caplog):
    shelf, data = centre
    for name in ("FIRST_AFTER_S", "EVERY_S"):
        monkeypatch.setattr(housekeeping, name, 0.01)
    (data / "retention.yaml").write_text("nonsense")

    async def serve():
        daily = asyncio.create_task(housekeeping.purge_daily(shelf, data, lambda: datetime.now(UTC)))
        while "nothing more was purged today" not in caplog.text:
            await asyncio.sleep(0.01)
        (data / "retention.yaml").unlink()
        while shelf.size_of(sha256(b"old").hexdigest()) is not None:
            await asyncio.sleep(0.01)
        daily.cancel()
        with pytest.raises(asyncio.CancelledError):
            await daily

    with caplog.at_level(logging.ERROR):
        asyncio.run(serve())
    [entry, *_] = list_entries(shelf.engine, EntriesWanted(action="evidence.purge"))
    assert entry.entry.who == "centre"
