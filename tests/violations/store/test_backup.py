"""Backups of a centre at work, and copies that are as it was, on both databases."""

import json
from hashlib import sha256
from shutil import rmtree

import pytest
from typer.testing import CliRunner

from centre.backup_cli import app
from violations.accounts.caller import Caller
from violations.audit.log import Note, note
from violations.audit.verify import verify
from violations.evidence.keys import load_or_make_key
from violations.store.database import open_database, writing
from violations.store.events import EventsWanted, list_events
from violations.store.evidence_files import EvidenceShelf
from violations.store.ingest import ingest


@pytest.fixture
def filled(database_url, tmp_path, make_finding, files, noon):
    """A centre's data folder with evidence, a case, an audit entry and a key."""
    data = tmp_path / "data"
    engine = open_database(database_url)
    shelf = EvidenceShelf(engine, data / "evidence")
    for content in files.values():
        with shelf.receive(sha256(content).hexdigest()) as upload:
            upload.write(content)
            upload.finish("image/jpeg", noon)
    ingest(engine, shelf, [make_finding(1)], noon)
    with writing(engine) as session:
        note(session, Caller("lan", frozenset(), None, "-"), Note("case.view", "case/1"), noon)
    load_or_make_key(data / "centre.key")
    (data / "ledgers").mkdir()
    (data / "ledgers" / "ab.jsonl").write_text("{}\n")
    yield data, engine
    engine.dispose()


@pytest.fixture
def empty_url(request, database_url, tmp_path):
    """A place of the same kind to restore into."""
    if database_url.startswith("sqlite"):
        (tmp_path / "copy").mkdir()
        yield f"sqlite:///{tmp_path / 'copy' / 'ngatu.db'}"
        return
    server = request.getfixturevalue("postgres")
    yield server.url(server.new_database(template="template0"))


def run(*options):
    result = CliRunner().invoke(app, [*map(str, options)])
    return result.exit_code, result.stdout, result.stderr


def back_up(data, url, folder):
    code, said, fault = run("backup", folder, "--data", data, "--db", url, "--json")
    assert code == 0, fault
    return json.loads(said)


def test_a_restored_copy_is_whole_to_the_last_byte(filled, database_url, empty_url, tmp_path, files):
    data, engine = filled
    assert back_up(data, database_url, tmp_path / "backup")["evidence_files"] == 3
    copy = tmp_path / "copy"
    code, said, fault = run("restore", tmp_path / "backup", "--data", copy, "--db", empty_url, "--json")
    assert code == 0, fault
    assert json.loads(said) == {"evidence_files": 3, "missing": [], "audit_entries": 1, "faults": []}
    restored = open_database(empty_url)
    assert list_events(restored, EventsWanted()) == list_events(engine, EventsWanted())
    assert verify(restored) == verify(engine)
    for content in files.values():
        _, path = EvidenceShelf(restored, copy / "evidence").get(sha256(content).hexdigest())
        assert path.read_bytes() == content
    assert (copy / "centre.key").read_bytes() == (data / "centre.key").read_bytes()
    assert (copy / "centre.key").stat().st_mode & 0o777 == 0o600
    assert (copy / "ledgers" / "ab.jsonl").read_text() == "{}\n"
    restored.dispose()


def test_a_backup_is_brought_up_to_date_and_copies_only_what_is_new(filled, database_url, tmp_path, noon):
    data, engine = filled
    back_up(data, database_url, tmp_path / "backup")
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "backup" / "evidence").glob("??/*")}
    with EvidenceShelf(engine, data / "evidence").receive(sha256(b"new").hexdigest()) as upload:
        upload.write(b"new")
        upload.finish("image/jpeg", noon)
    assert back_up(data, database_url, tmp_path / "backup")["evidence_files"] == 4
    now = {path: path.stat().st_mtime_ns for path in (tmp_path / "backup" / "evidence").glob("??/*")}
    assert len(now) == 4
    assert kept.items() <= now.items()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: next(folder.glob("evidence/??/*")).write_bytes(b"other"), "wanted bytes with this SHA-256"),
        (lambda folder: next(folder.glob("ngatu.d*")).write_bytes(b"other"), "SHA-256 of its manifest"),
        (lambda folder: (folder / "kept" / "centre.key").write_bytes(b"other"), "centre.key as its manifest says"),
        (lambda folder: (folder / "backup.json").unlink(), "wanted backup.json"),
        (rmtree, "wanted backup.json"),
    ],
    ids=["evidence", "database", "key", "manifest", "all"],
)
def test_a_damaged_backup_is_refused_and_no_database_comes_of_it(
    filled, database_url, empty_url, tmp_path, damage, sentence
):
    data, _ = filled
    back_up(data, database_url, tmp_path / "backup")
    damage(tmp_path / "backup")
    code, _, fault = run("restore", tmp_path / "backup", "--data", tmp_path / "copy", "--db", empty_url)
    assert code == 2
    assert sentence in fault.replace("\n", " ")
    assert not (tmp_path / "copy" / "ngatu.db").exists()


def test_evidence_lost_from_a_backup_is_told_after_the_restore(filled, database_url, empty_url, tmp_path):
    data, _ = filled
    back_up(data, database_url, tmp_path / "backup")
    next((tmp_path / "backup").glob("evidence/??/*")).unlink()
    code, said, _ = run("restore", tmp_path / "backup", "--data", tmp_path / "copy", "--db", empty_url, "--json")
    assert code == 1
    assert len(json.loads(said)["missing"]) == 1


def test_nothing_is_restored_over_a_centre_nor_backed_up_over_other_files(filled, database_url, tmp_path):
    data, _ = filled
    back_up(data, database_url, tmp_path / "backup")
    code, _, fault = run("restore", tmp_path / "backup", "--data", tmp_path / "copy", "--db", database_url)
    assert (code, "wanted" in fault) == (2, True)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    assert run("backup", tmp_path / "full", "--data", data, "--db", database_url)[0] == 2
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_a_restore_of_what_is_no_backup_leaves_no_folder_that_looks_like_a_centre(tmp_path):
    code, _, fault = run("restore", tmp_path / "nosuch", "--data", tmp_path / "data")
    assert (code, "wanted backup.json as ngatu backup writes it, found none" in fault) == (2, True)
    assert not (tmp_path / "data").exists()


def test_nor_does_one_of_a_backup_that_is_damaged(filled, database_url, tmp_path):
    data, _ = filled
    back_up(data, database_url, tmp_path / "backup")
    [snapshot] = (tmp_path / "backup").glob("ngatu.d*")
    snapshot.write_bytes(b"other")
    code, _, _ = run("restore", tmp_path / "backup", "--data", tmp_path / "fresh")
    assert (code, (tmp_path / "fresh").exists()) == (2, False)
