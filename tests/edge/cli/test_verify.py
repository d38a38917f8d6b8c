"""The command as people run it, on packages a device sealed."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from edge.cli import exits
from edge.cli.verify import verify
from edge.errors import UsageError
from violations.errors import EvidenceKeyError, ViolationsError
from violations.evidence.checkpoint import countersign
from violations.evidence.keys import SigningKey, load_or_make_key
from violations.evidence.ledger import LEDGER, EvidenceLedger
from violations.evidence.package import EvidenceFile, write_package
from violations.evidence.record import EvidenceRecord
from violations.evidence.seal import Seal

Run = Callable[..., tuple[int, str]]

COURT = ("--unmasked", "--reason", "for the court")
FILES = [EvidenceFile("at.jpg", "still_at", "image/jpeg", b"j" * 1000)]


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return load_or_make_key(tmp_path / "device.key")


@pytest.fixture
def evidence(tmp_path: Path, key: SigningKey, record: EvidenceRecord) -> Path:
    root = tmp_path / "evidence"
    ledger = EvidenceLedger.open(root, key)
    for track in (1, 2, 3):
        write_package(root, record.model_copy(update={"track": track}), FILES, ledger)
    return root


@pytest.fixture
def package(evidence: Path) -> Path:
    return next(path for path in evidence.iterdir() if path.is_dir())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Exit code and stdout; faults of the input come out as the exceptions that `ngatu` turns into one sentence."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(verify)

    def command(*words: object) -> tuple[int, str]:
        capsys.readouterr()
        code = app([str(word) for word in words], standalone_mode=False)
        return int(code or 0), capsys.readouterr().out

    return command


def test_a_sound_package_is_signed_by_the_device(run: Run, package: Path, tmp_path: Path, key: SigningKey):
    code, out = run(package, "--key", tmp_path / "device.pub", "--json")
    said = json.loads(out)
    assert code == exits.OK
    assert (said["kind"], said["standing"], said["device"]) == ("package", "signed", key.public.fingerprint)
    assert (said["key_given"], said["differences"]) == (True, [])
    code, out = run(package)
    assert code == exits.OK
    assert "nobody said that this key is the device's" in out


def test_the_key_may_be_given_in_hex_and_more_than_one(run: Run, package: Path, tmp_path: Path, key: SigningKey):
    other = load_or_make_key(tmp_path / "other.key")
    assert run(package, "--key", other.public.hex, "--key", key.public.hex)[0] == exits.OK
    code, out = run(package, "--key", other.public.hex)
    assert code == exits.NOT_FIT
    assert "DIFFERS: seal.json: public_key: wanted a key with the fingerprint" in out


def test_a_changed_file_ends_with_1_and_is_named_first(run: Run, package: Path):
    (package / "at.jpg").write_bytes(b"k" + b"j" * 999)
    code, out = run(package)
    assert code == exits.NOT_FIT
    assert out.startswith(f"{package}: DIFFERS: at.jpg: wanted SHA-256")
    code, out = run(package, "--json")
    assert code == exits.NOT_FIT
    assert [one["where"] for one in json.loads(out)["differences"]] == ["at.jpg"]


def test_a_package_from_before_there_were_seals_is_hashed_not_signed(
    run: Run, tmp_path: Path, key: SigningKey, record: EvidenceRecord
):
    old = write_package(tmp_path / "old", record, FILES).folder
    code, out = run(old)
    assert code == exits.OK
    assert "hashed, not signed" in out
    assert json.loads(run(old, "--json")[1])["standing"] == "hashed"
    code, out = run(old, "--key", key.public.hex)
    assert code == exits.NOT_FIT
    assert "hashed, not signed" in out


def test_a_folder_of_evidence_and_its_ledger(run: Run, evidence: Path, key: SigningKey):
    said = json.loads(run(evidence, "--key", key.public.hex, "--json")[1])
    assert (said["kind"], said["standing"], said["packages"], said["records"]) == ("evidence", "signed", 3, 3)
    said = json.loads(run(evidence / LEDGER, "--json")[1])
    assert (said["kind"], said["standing"], said["packages"], said["records"]) == ("ledger", "signed", 0, 3)
    code, out = run(evidence)
    assert code == exits.OK
    assert "the last 3 records stand under no checkpoint" in out


def test_a_package_taken_from_the_folder_is_missed(run: Run, evidence: Path, package: Path):
    shutil.rmtree(package)
    code, out = run(evidence)
    assert code == exits.NOT_FIT
    assert "wanted the package that the ledger records, found none here" in out


def test_a_ledger_taken_away_from_its_packages_is_missed(run: Run, evidence: Path):
    (evidence / LEDGER).unlink()
    code, out = run(evidence)
    assert code == exits.NOT_FIT
    assert "ledger.jsonl: wanted the device's ledger beside its packages, found none" in out
    assert json.loads(run(evidence, "--json")[1])["packages"] == 3


def test_a_cut_ledger_is_found_by_the_checkpoint(run: Run, evidence: Path, tmp_path: Path, key: SigningKey):
    centre = load_or_make_key(tmp_path / "centre.key")
    lines = (evidence / LEDGER).read_bytes().splitlines(keepends=True)
    seals = [Seal.model_validate_json(line) for line in lines]
    seen = countersign(seals, None, key.public, centre, datetime(2026, 11, 21, tzinfo=UTC))
    file = tmp_path / "from-the-centre.jsonl"  # under its usual name it would be read unasked
    file.write_bytes(seen.line() + b"\n")
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(lines[:2]))
    words = ("--checkpoint", file, "--centre-key", tmp_path / "centre.pub")
    assert run(cut)[0] == exits.OK, "nothing in the cut file can show it"
    code, out = run(cut, *words)
    assert code == exits.NOT_FIT
    assert "record 3: wanted SHA-256" in out
    code, out = run(evidence / LEDGER, *words)
    assert code == exits.OK
    assert "checkpoint" not in out
    assert json.loads(run(evidence / LEDGER, *words, "--json")[1])["vouched"] == 3


def test_an_export_is_written_from_a_sound_package_and_verifies(run: Run, package: Path, tmp_path: Path):
    target = tmp_path / "case.zip"
    assert run(package, "--export", target, *COURT)[0] == exits.OK
    said = json.loads(run(target, "--key", tmp_path / "device.pub", "--json")[1])
    assert (said["kind"], said["standing"]) == ("export", "signed")
    (package / "at.jpg").unlink()
    assert run(package, "--export", tmp_path / "second.zip", *COURT)[0] == exits.NOT_FIT
    assert not (tmp_path / "second.zip").exists()


@pytest.mark.parametrize("at", [0.3, 0.6, 0.9])
def test_one_bit_of_an_export_ends_with_1_and_names_what_differs(run: Run, package: Path, tmp_path: Path, at: float):
    target = tmp_path / "case.zip"
    run(package, "--export", target, *COURT)
    content = bytearray(target.read_bytes())
    content[int(len(content) * at)] ^= 1
    target.write_bytes(content)
    code, out = run(target)
    assert code == exits.NOT_FIT
    assert "DIFFERS" in out


def test_an_export_cut_short_differs_and_a_file_that_never_was_one_is_bad_input(
    run: Run, package: Path, tmp_path: Path
):
    target = tmp_path / "case.zip"
    run(package, "--export", target, *COURT)
    target.write_bytes(target.read_bytes()[:-100])
    code, out = run(target)
    assert code == exits.NOT_FIT
    assert "case.zip: wanted a zip as it was exported, found no end of a zip" in out
    target.write_bytes(b"\0" * 1000)
    with pytest.raises(ViolationsError, match="wanted a zip that can be read"):
        run(target)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("{tmp}/none",), "wanted a package, an exported zip, a ledger or a folder of evidence, found: No such file"),
        (("{tmp}/notes.txt",), "wanted a package, .* or a folder of evidence, found a file that is none of them"),
        (("{tmp}",), "wanted a folder with manifest.json or ledger.jsonl in it, found neither"),
        (("{package}", "--key", "{tmp}/none.pub"), "wanted a public key in PEM, found: No such file"),
        (("{package}", "--key", "{tmp}/device.key"), "wanted a public key in PEM, found none"),
        (("{package}", "--checkpoint", "{tmp}/none"), "No such file"),
        (("{evidence}", "--export", "{tmp}/case.zip"), "--export: wanted one package"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(
    run: Run, package: Path, evidence: Path, tmp_path: Path, words: tuple[str, ...], sentence: str
):
    (tmp_path / "notes.txt").write_text("one line\nand another\n" * 100)
    with pytest.raises((UsageError, EvidenceKeyError, ViolationsError), match=sentence):
        run(*(word.format(tmp=tmp_path, package=package, evidence=evidence) for word in words))


def test_an_empty_ledger_proves_nothing_and_says_so(run: Run, tmp_path: Path, key: SigningKey):
    EvidenceLedger.open(tmp_path / "evidence", key)
    code, out = run(tmp_path / "evidence")
    assert code == exits.OK
    assert "an empty ledger; 0 packages, none of them signed" in out
