"""Evidence files are on the disk under their own hash, whole, or not at all."""

from hashlib import sha256

import pytest

from violations.store.database import writing
from violations.store.errors import EvidenceNotFoundError, FileTooLargeError, WrongHashError
from violations.store.evidence_files import EvidenceShelf

BYTES = b"frame 1" * 50
NAME = sha256(BYTES).hexdigest()


def put(shelf, name, content, now, media_type="image/jpeg"):
    with shelf.receive(name) as upload:
        for start in range(0, len(content), 64):
            upload.write(content[start : start + 64])
        return upload.finish(media_type, now)


def all_files(shelf):
    return [path for path in shelf.root.rglob("*") if path.is_file()]


def test_a_file_lies_under_its_hash_and_nowhere_else(shelf, noon):
    assert put(shelf, NAME, BYTES, noon)
    assert all_files(shelf) == [shelf.root / NAME[:2] / NAME[2:]]
    file, path = shelf.get(NAME)
    assert path.read_bytes() == BYTES
    assert (file.size_bytes, file.media_type, file.stored_at) == (len(BYTES), "image/jpeg", noon)


def test_a_known_file_is_not_new_and_keeps_its_first_type(shelf, noon):
    put(shelf, NAME, BYTES, noon)
    assert not put(shelf, NAME, BYTES, noon, "video/mp4")
    assert shelf.get(NAME)[0].media_type == "image/jpeg"


def test_bytes_that_are_not_what_their_name_says_leave_no_trace(shelf, noon):
    with pytest.raises(WrongHashError, match=NAME):
        put(shelf, NAME, b"something else", noon)
    assert all_files(shelf) == []
    with pytest.raises(EvidenceNotFoundError):
        shelf.get(NAME)


def test_a_file_above_the_cap_leaves_no_trace(shelf, noon):
    with pytest.raises(FileTooLargeError, match="10000"):
        put(shelf, NAME, b"x" * 10_001, noon)
    assert all_files(shelf) == []


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/javascript", "", "x" * 500])
def test_a_type_that_a_browser_could_run_is_kept_as_plain_bytes(shelf, noon, media_type):
    put(shelf, NAME, BYTES, noon, media_type)
    assert shelf.get(NAME)[0].media_type == "application/octet-stream"


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"short")])
def test_a_file_gone_or_cut_on_the_disk_is_not_found_until_it_is_sent_again(shelf, noon, damage):
    put(shelf, NAME, BYTES, noon)
    damage(shelf.path_of(NAME))
    with pytest.raises(EvidenceNotFoundError, match="without its bytes"):
        shelf.get(NAME)
    put(shelf, NAME, BYTES, noon)
    assert shelf.get(NAME)[1].read_bytes() == BYTES


def test_the_folder_is_for_its_owner_alone(shelf, noon):
    put(shelf, NAME, BYTES, noon)
    assert {path.stat().st_mode & 0o077 for path in [shelf.incoming, shelf.path_of(NAME).parent]} == {0}
    assert shelf.path_of(NAME).stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_an_error_at_once(engine, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        EvidenceShelf(engine, tmp_path / "file" / "evidence")


def test_names_not_on_the_shelf_have_no_size(engine, shelf, noon):
    put(shelf, NAME, BYTES, noon)
    with writing(engine) as session:
        assert shelf.sizes(session, [NAME, "0" * 64]) == {NAME: len(BYTES)}
