"""Evidence in a bucket, against a real S3 server in its own process: kept, checked when read, and missed when gone."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from hashlib import sha256
from urllib.error import URLError

import pytest

from violations.store.backup import back_up
from violations.store.database import open_database
from violations.store.errors import BackupError, EvidenceDownError, EvidenceNotFoundError, EvidencePlaceError
from violations.store.evidence_bucket import open_bucket, open_place
from violations.store.evidence_files import EvidenceShelf
from violations.store.restore import missing_evidence, restore

boto3 = pytest.importorskip("boto3", reason="the extra `s3` is not installed")
pytest.importorskip("moto", reason="no S3 server to test against: moto is not installed")

NOW = datetime(2026, 11, 21, tzinfo=UTC)
CONTENT = b"proof" * 1000
NAME = sha256(CONTENT).hexdigest()
ADDRESS = "s3://evidence/ward-1"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    """The address of a server that keeps what it is given until the tests of this file end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (tmp_path_factory.mktemp("s3") / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(url, server):
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{url}/moto-api/", timeout=1).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    pytest.fail("the S3 server did not start")


@pytest.fixture
def environment(endpoint, monkeypatch):
    for name, value in {
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    return endpoint


@pytest.fixture
def client(environment):
    """An administrator's own client, with an empty bucket."""
    found = boto3.session.Session().client("s3")
    if "evidence" in [one["Name"] for one in found.list_buckets()["Buckets"]]:
        for one in found.list_objects_v2(Bucket="evidence").get("Contents", ()):
            found.delete_object(Bucket="evidence", Key=one["Key"])
    else:
        found.create_bucket(Bucket="evidence")
    yield found
    found.close()


@pytest.fixture
def engine(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'ngatu.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def shelf(client, engine, tmp_path):
    root = tmp_path / "evidence"
    return EvidenceShelf(engine, root, place=open_place(ADDRESS, root))


def put(shelf, content=CONTENT):
    name = sha256(content).hexdigest()
    with shelf.receive(name) as upload:
        upload.write(content)
        upload.finish("image/jpeg", NOW)
    return name


def keys(client):
    return [one["Key"] for one in client.list_objects_v2(Bucket="evidence").get("Contents", ())]


def test_a_file_lies_in_the_bucket_under_its_content_and_nothing_of_it_here(shelf, client, tmp_path):
    assert put(shelf) == NAME
    assert keys(client) == [f"ward-1/{NAME[:2]}/{NAME[2:]}"]
    assert client.get_object(Bucket="evidence", Key=keys(client)[0])["Body"].read() == CONTENT
    assert [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()] == []
    assert put(shelf) == NAME  # twice is harmless


def test_it_is_read_back_whole_and_the_second_time_from_here(shelf, client):
    put(shelf)
    file, path = shelf.get(NAME)
    assert path.read_bytes() == CONTENT
    assert (file.size_bytes, file.media_type) == (len(CONTENT), "image/jpeg")
    client.delete_object(Bucket="evidence", Key=keys(client)[0])
    assert shelf.get(NAME)[1].read_bytes() == CONTENT


def test_bytes_that_were_changed_in_the_bucket_are_not_handed_out(shelf, client, tmp_path):
    put(shelf)
    client.put_object(Bucket="evidence", Key=keys(client)[0], Body=CONTENT[:-1] + b"x")
    with pytest.raises(
        EvidenceNotFoundError, match=f"wanted the bytes of {NAME}, found others in s3://evidence/ward-1/"
    ):
        shelf.get(NAME)
    assert [path for path in (tmp_path / "evidence" / "cache").rglob("*") if path.is_file()] == []


def test_what_is_gone_from_the_bucket_is_not_here_and_may_be_sent_again(engine, shelf, client, tmp_path):
    put(shelf)
    client.delete_object(Bucket="evidence", Key=keys(client)[0])
    later = EvidenceShelf(engine, tmp_path / "evidence", place=open_place(ADDRESS, tmp_path / "evidence"))
    assert later.size_of(NAME) is None
    with pytest.raises(EvidenceNotFoundError, match="its row without its bytes"):
        later.get(NAME)
    put(later)
    assert later.size_of(NAME) == len(CONTENT)


def test_only_so_much_of_what_was_read_stays_here(client, tmp_path):
    place = open_bucket(ADDRESS, tmp_path / "cache")
    place._most_bytes = 2500
    names = []
    for number in range(4):
        content = bytes([number]) * 1000
        names.append(sha256(content).hexdigest())
        (tmp_path / "whole").write_bytes(content)
        place.take(tmp_path / "whole", names[-1])
    for name in names:
        assert sha256(place.local(name).read_bytes()).hexdigest() == name
    kept = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert len(kept) == 2


def test_what_is_removed_is_gone_from_both(shelf, client):
    put(shelf)
    shelf.get(NAME)
    assert shelf.remove(NAME) is True
    assert keys(client) == []
    assert shelf.remove(NAME) is False


def test_a_backup_of_a_bucket_is_restored_into_a_folder_and_into_a_bucket(engine, shelf, client, tmp_path):
    names = {put(shelf, bytes([number]) * 500) for number in range(3)}
    list(back_up(engine, tmp_path, tmp_path / "backup", NOW, open_place(ADDRESS, tmp_path / "evidence")))
    for address in (None, "s3://evidence/ward-2"):
        data = tmp_path / f"copy-{address is None}"
        data.mkdir()
        place = open_place(address, data / "evidence")
        url = f"sqlite:///{data / 'ngatu.db'}"
        list(restore(tmp_path / "backup", data, url, place))
        restored = open_database(url)
        assert missing_evidence(restored, data, place) == []
        restored.dispose()
    assert {key.replace("/", "")[len("ward-2") :] for key in keys(client) if key.startswith("ward-2")} == names


def test_a_restore_finds_what_is_missing_or_changed_in_the_bucket(engine, shelf, client, tmp_path):
    lost, changed = put(shelf, b"one"), put(shelf, b"two")
    client.delete_object(Bucket="evidence", Key=f"ward-1/{lost[:2]}/{lost[2:]}")
    client.put_object(Bucket="evidence", Key=f"ward-1/{changed[:2]}/{changed[2:]}", Body=b"TWO")
    place = open_place(ADDRESS, tmp_path / "evidence")
    assert sorted(missing_evidence(engine, tmp_path, place)) == sorted([lost, changed])
    with pytest.raises(BackupError, match=f"evidence ({lost}|{changed}): wanted its bytes, found"):
        list(back_up(engine, tmp_path, tmp_path / "backup", NOW, place))


def test_a_bucket_that_is_not_there_is_said_in_one_sentence(client, tmp_path):
    with pytest.raises(EvidenceDownError, match=r"--evidence: wanted s3://nowhere/ to answer, found: .*404"):
        open_bucket("s3://nowhere", tmp_path / "cache")


def test_an_endpoint_out_of_reach_is_said_in_one_sentence(environment, monkeypatch, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{port}")
    monkeypatch.setattr("violations.store.evidence_bucket.TRIES", 1)
    with pytest.raises(EvidenceDownError, match=f"wanted {ADDRESS}/ to answer, found: Could not connect"):
        open_bucket(ADDRESS, tmp_path / "cache")


def test_without_credentials_the_sentence_says_so(environment, monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    with pytest.raises(EvidenceDownError, match="Unable to locate credentials"):
        open_bucket(ADDRESS, tmp_path / "cache")


@pytest.mark.parametrize("address", ["", "evidence", "http://x/y", "s3://", "s3://A/b", "s3://ok/..\\x", "s3://ok/a b"])
def test_what_is_no_such_address_is_refused(address, tmp_path):
    with pytest.raises(EvidencePlaceError, match="--evidence: wanted s3://BUCKET/PREFIX, found"):
        open_bucket(address, tmp_path / "cache")
