"""The device's ledger and a real centre: what was countersigned cannot be cut away unseen."""

import json
import shutil
import subprocess
import sys

import httpx
import pytest

from edge.transport.checkpoints import CheckpointKeeper
from violations.evidence.checkpoint import CHECKPOINTS
from violations.evidence.keys import load_or_make_key
from violations.evidence.ledger import LEDGER, EvidenceLedger
from violations.evidence.package import EvidenceFile, write_package


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    """A real `ngatu serve` for all tests here, each with a device of its own; its address."""
    words = ("serve", "--port", "0", "--data", str(tmp_path_factory.mktemp("centre")), "--json")
    with subprocess.Popen(
        [sys.executable, "-m", "edge.cli.main", *words], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.kill()


@pytest.fixture
def evidence(tmp_path):
    return tmp_path / "agent" / "evidence"


@pytest.fixture
def seal(evidence, record):
    """Seal packages, of tracks of these numbers."""

    def make(*tracks):
        evidence.parent.mkdir(exist_ok=True)
        ledger = EvidenceLedger.open(evidence, load_or_make_key(evidence.parent / "device.key"))
        for track in tracks:
            file = EvidenceFile("at.jpg", "still_at", "image/jpeg", b"j")
            write_package(evidence, record.model_copy(update={"track": track}), [file], ledger)

    return make


@pytest.fixture
def keeper(centre, evidence):
    with httpx.Client(base_url=centre, timeout=30, trust_env=False) as client:
        yield CheckpointKeeper(client, evidence)


def test_every_new_line_is_countersigned_and_the_verifier_says_up_to_where(ngatu, seal, keeper, evidence, centre):
    seal(1, 2, 3)
    keeper.keep_up()
    assert keeper.problem is None
    said = ngatu("verify", evidence, "--key", evidence.parent / "device.pub")
    assert "the centre vouches for the records up to 3" in said.out
    assert "checkpoint" not in said.out
    seal(4)
    assert "the last 1 records stand under no checkpoint" in ngatu("verify", evidence).out
    keeper.keep_up()
    keeper.keep_up()
    assert [json.loads(line)["sequence"] for line in (evidence / CHECKPOINTS).read_text().splitlines()] == [3, 4]
    assert (
        ngatu("verify", evidence / LEDGER, "--centre-key", evidence / "centre.pub", "--json").document["vouched"] == 4
    )
    device = json.loads((evidence / CHECKPOINTS).read_text().splitlines()[0])["device"]
    kept = httpx.get(f"{centre}/api/ledgers/{device}/checkpoints", trust_env=False).json()["checkpoints"]
    assert [one["sequence"] for one in kept] == [3, 4]


def test_a_ledger_cut_back_behind_a_checkpoint_is_found_here_and_at_the_centre(ngatu, seal, keeper, evidence):
    seal(1, 2, 3)
    keeper.keep_up()
    lines = (evidence / LEDGER).read_bytes().splitlines(keepends=True)
    (evidence / LEDGER).write_bytes(b"".join(lines[:2]))
    for folder in [
        one
        for one in evidence.iterdir()
        if one.is_dir() and json.loads((one / "seal.json").read_text())["sequence"] == 3
    ]:
        shutil.rmtree(folder)
    said = ngatu("verify", evidence)
    assert said.code == 1
    assert "record 3: wanted SHA-256" in said.out
    assert "which the centre countersigned, found none: the ledger ends before it" in said.out
    seal(9)  # and grown anew with the device's own key
    assert "record 3" in ngatu("verify", evidence).out
    keeper.keep_up()
    assert "the ledger is not the one that was countersigned" in (keeper.problem or "").lower()
    assert len((evidence / CHECKPOINTS).read_text().splitlines()) == 1


def test_another_centre_is_not_believed(ngatu, seal, keeper, evidence, caplog):
    seal(1)
    stranger = load_or_make_key(evidence.parent / "stranger.key")
    (evidence / "centre.pub").write_bytes(stranger.public.pem())
    keeper.keep_up()
    assert f"wanted a key with the fingerprint {stranger.public.fingerprint}" in (keeper.problem or "")
    assert not (evidence / CHECKPOINTS).exists()
    assert "the centre does not vouch for the ledger" in caplog.text


def test_a_centre_away_hinders_nothing_and_is_asked_again(seal, evidence, closed_address):
    seal(1)
    with httpx.Client(base_url=closed_address, trust_env=False) as client:
        keeper = CheckpointKeeper(client, evidence)
        keeper.keep_up()
        assert "no answer from the centre" in (keeper.problem or "")


NONSENSE = [["{}"], 409], [[], 422], [["x" * 5000], 422], [["\ud800"], 422]


def test_a_long_ledger_goes_in_parts_and_nonsense_is_refused_in_words(seal, keeper, evidence, centre, monkeypatch):
    monkeypatch.setattr("edge.transport.checkpoints.LINES_AT_ONCE", 2)
    seal(1, 2, 3, 4, 5)
    keeper.keep_up()
    assert keeper.problem is None
    assert [json.loads(line)["sequence"] for line in (evidence / CHECKPOINTS).read_text().splitlines()] == [2, 4, 5]
    kind = {"content-type": "application/json"}
    for lines, status in NONSENSE:
        content = json.dumps({"lines": lines})
        answer = httpx.post(f"{centre}/api/ledgers/{'a' * 64}/lines", content=content, headers=kind, trust_env=False)
        assert answer.status_code == status
        assert answer.json()["title"]


def test_a_watch_has_its_proof_countersigned_before_it_ends(
    ngatu, centre, little_video, scene, lamps, tiny_model, evidence
):
    words = ("--scene", scene, "--lamps", lamps, "--model", tiny_model, "--centre", centre, "--data", evidence.parent)
    assert ngatu("watch", little_video, *words).code == 0
    said = ngatu("verify", evidence, "--key", evidence.parent / "device.pub", "--centre-key", evidence / "centre.pub")
    assert (said.code, "the centre vouches for the records up to 1" in said.out) == (0, True)
