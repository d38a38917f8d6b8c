"""Whatever is done to a package or a ledger after it was sealed is found, and the first thing that differs is named."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from violations.errors import EvidenceError
from violations.evidence.canonical import canonical_json
from violations.evidence.checkpoint import Checkpoint, countersign, read_checkpoints
from violations.evidence.keys import SigningKey
from violations.evidence.ledger import LEDGER
from violations.evidence.package import Package
from violations.evidence.seal import Seal, make_seal
from violations.evidence.verify import check_package
from violations.evidence.verify_ledger import check_folder, check_ledger

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
Sealed = tuple[Path, list[Package]]


@pytest.fixture(scope="session")
def record_lines(sealed_once: Sealed) -> list[bytes]:
    return (sealed_once[0] / LEDGER).read_bytes().splitlines()


def ledger_of(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


@given(data=st.data())
def test_one_byte_changed_anywhere_in_a_package_is_found(data: st.DataObject, sealed_once: Sealed, device: SigningKey):
    folder = sealed_once[1][1].folder
    file = data.draw(st.sampled_from(sorted(folder.iterdir())))
    content = file.read_bytes()
    where = data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[where] ^= data.draw(st.integers(1, 255))
    try:
        file.write_bytes(changed)
        for keys in ((), (device.public,)):
            [first, *_] = check_package(folder, keys=keys).differences
            assert first.where.startswith(file.name) or first.where.startswith("manifest.json")
    finally:
        file.write_bytes(content)
    assert check_package(folder, keys=(device.public,)).differences == ()


def test_every_byte_of_a_record_counts(record_lines: list[bytes]):
    line = record_lines[0]
    for where in range(len(line)):
        for bit in (0, 5):  # 5 turns lower case into upper
            changed = bytearray(line)
            changed[where] ^= 1 << bit
            assert check_ledger(ledger_of([bytes(changed)])).differences, f"byte {where}, bit {bit}"


@given(data=st.data())
def test_one_byte_changed_anywhere_in_a_ledger_is_found(data: st.DataObject, record_lines: list[bytes]):
    content = ledger_of(record_lines)
    where = data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[where] ^= data.draw(st.integers(1, 255))
    [first, *_] = check_ledger(bytes(changed)).differences
    number = content.count(b"\n", 0, where) + 1
    assert first.where.startswith((f"ledger.jsonl: record {number}", f"ledger.jsonl: record {number + 1}"))


@given(data=st.data())
def test_cutting_out_any_piece_but_whole_records_at_the_end_is_found(data: st.DataObject, record_lines: list[bytes]):
    content = ledger_of(record_lines)
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start + 1, len(content)))
    left = content[:start] + content[end:]
    at_the_end = end == len(content) and (not left or left.endswith(b"\n"))
    assert bool(check_ledger(left).differences) is not at_the_end


@given(order=st.permutations(range(4)), repeated=st.sampled_from([None, 0, 1, 2, 3]))
def test_any_other_order_and_any_record_twice_is_found(
    order: list[int], repeated: int | None, record_lines: list[bytes]
):
    lines = [record_lines[number] for number in order] + ([] if repeated is None else [record_lines[repeated]])
    assert bool(check_ledger(ledger_of(lines)).differences) is (lines != record_lines)


@settings(max_examples=40)
@given(kept=st.sets(st.integers(0, 3)))
def test_records_dropped_anywhere_are_found_with_a_checkpoint_and_with_the_packages(
    kept: set[int], record_lines: list[bytes], sealed_once: Sealed, device: SigningKey, stranger: SigningKey
):
    lines = [line for number, line in enumerate(record_lines) if number in kept]
    whole = [Seal.model_validate_json(line) for line in record_lines]
    checkpoint = countersign(whole, None, device.public, stranger, NOW)
    found = check_ledger(ledger_of(lines), (device.public,), (checkpoint,), (stranger.public,))
    assert bool(found.differences) is (len(kept) < 4)
    assert found.vouched == (4 if len(kept) == 4 else 0)
    path = sealed_once[0] / LEDGER
    try:
        path.write_bytes(ledger_of(lines))
        assert bool(check_folder(sealed_once[0]).differences) is (len(kept) < 4)
    finally:
        path.write_bytes(ledger_of(record_lines))


@pytest.mark.parametrize(
    ("harm", "first"),
    [
        (lambda one, two, three, four: [one, three, four], "record 2: sequence: wanted 2, found 3"),
        (lambda one, two, three, four: [two, three, four], "record 1: sequence: wanted 1, found 2"),
        (lambda one, two, three, four: [one, three, two, four], "record 2: sequence: wanted 2, found 3"),
        (lambda one, two, three, four: [one, one, two, three, four], "record 2: sequence: wanted 2, found 1"),
        (lambda one, two, three, four: [one, b"", two, three, four], "record 2: wanted canonical JSON"),
        (lambda one, two, three, four: [one, b"{}", three, four], "record 2: public_key: wanted a sound field"),
        (
            lambda one, two, three, four: [one, two.replace(b'"sequence":2', b'"sequence":3'), three, four],
            "record 2: sequence: wanted 2, found 3",
        ),
    ],
)
def test_the_first_record_that_differs_is_named(
    record_lines: list[bytes], harm: Callable[..., list[bytes]], first: str
):
    assert str(check_ledger(ledger_of(harm(*record_lines))).differences[0]).startswith(f"ledger.jsonl: {first}")


def test_one_record_lost_is_said_once_and_not_of_all_that_follow(record_lines: list[bytes]):
    one, _, three, four = record_lines
    named = [difference.where for difference in check_ledger(ledger_of([one, three, four])).differences]
    assert named == ["ledger.jsonl: record 2: sequence", "ledger.jsonl: record 2: previous"]


def test_a_last_record_without_its_end_is_named(record_lines: list[bytes]):
    [first] = check_ledger(ledger_of(record_lines)[:-1]).differences
    assert str(first).startswith("ledger.jsonl: record 4: wanted a whole line")


def test_a_whole_ledger_forged_with_another_key_is_found_by_whoever_has_the_devices(
    record_lines: list[bytes], device: SigningKey, stranger: SigningKey
):
    seals: list[Seal] = []
    for line in record_lines:
        manifest = Seal.model_validate_json(line).manifest
        seals.append(make_seal(stranger, manifest, seals[-1] if seals else None))
    forged = ledger_of([seal.line() for seal in seals])
    assert check_ledger(forged).differences == (), "nothing in the file itself can show it"
    [first, *_] = check_ledger(forged, (device.public,)).differences
    assert first.where == "ledger.jsonl: record 1: public_key"
    half = ledger_of(
        [*record_lines[:2], make_seal(stranger, "a" * 64, Seal.model_validate_json(record_lines[1])).line()]
    )
    [mixed] = check_ledger(half).differences
    assert mixed.where == "ledger.jsonl: record 3: public_key", "one ledger is of one device"


def forge_manifest(folder: Path) -> str:
    """Change what the record says and make every hash fit; the new manifest's SHA-256."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["record"]["at_s"] = 99
    path.write_bytes(canonical_json(manifest))
    return sha256(path.read_bytes()).hexdigest()


def test_a_manifest_forged_with_its_hashes_does_not_fit_the_seal(sealed: tuple[Path, list[Path]]):
    folder = sealed[1][0]
    digest = forge_manifest(folder)
    moved = folder.rename(folder.with_name("renamed"))
    [first, *_] = check_package(moved, digest).differences
    assert first.where == "manifest.json"
    assert "which was sealed" in first.wanted


def test_a_seal_taken_away_is_missed(sealed: tuple[Path, list[Path]], device: SigningKey):
    (sealed[1][0] / "seal.json").unlink()
    [first] = check_package(sealed[1][0]).differences
    assert (first.where, first.found) == ("seal.json", "none")
    assert device.public.fingerprint in first.wanted


def test_a_seal_of_another_package_does_not_fit(sealed: tuple[Path, list[Path]]):
    shutil.copy(sealed[1][1] / "seal.json", sealed[1][0] / "seal.json")
    [first] = check_package(sealed[1][0]).differences
    assert first.where == "manifest.json"


def test_a_package_sealed_anew_by_a_stranger_is_found_by_the_key_and_by_the_manifest(
    sealed: tuple[Path, list[Path]], device: SigningKey, stranger: SigningKey
):
    folder = sealed[1][0]
    manifest = sha256((folder / "manifest.json").read_bytes()).hexdigest()
    (folder / "seal.json").write_bytes(make_seal(stranger, manifest, None).line())
    assert [one.where for one in check_package(folder).differences] == ["seal.json: public_key"]
    assert {one.where for one in check_package(folder, keys=(device.public,)).differences} == {"seal.json: public_key"}


def test_a_package_gone_and_one_that_was_never_recorded_are_named(sealed: tuple[Path, list[Path]], device: SigningKey):
    root, folders = sealed
    assert check_folder(root, (device.public,)).differences == ()
    gone = folders[1]
    shutil.rmtree(gone)
    [first] = check_folder(root).differences
    assert (first.where[:-52], first.found) == (f"package {gone.name[-12:]}", "none here")


def test_a_file_changed_in_a_folder_of_evidence_is_named_with_its_package(sealed: tuple[Path, list[Path]]):
    root, folders = sealed
    (folders[2] / "at.jpg").write_bytes(b"x" * 60)
    [first] = check_folder(root).differences
    assert first.where == f"{folders[2].name}/at.jpg"


@pytest.fixture
def seals(record_lines: list[bytes]) -> list[Seal]:
    return [Seal.model_validate_json(line) for line in record_lines]


def test_the_centre_countersigns_piece_by_piece_and_finds_a_cut_end(
    seals: list[Seal], record_lines: list[bytes], device: SigningKey, stranger: SigningKey
):
    first = countersign(seals[:2], None, device.public, stranger, NOW)
    second = countersign(seals[2:3], first, device.public, stranger, NOW)
    assert (first.sequence, second.sequence, second.record) == (2, 3, seals[2].sha256())
    whole = check_ledger(ledger_of(record_lines), (), (first, second), (stranger.public,))
    assert (whole.differences, whole.vouched) == ((), 3)
    cut = check_ledger(ledger_of(record_lines[:2]), (), (first, second), (stranger.public,))
    assert [str(one) for one in cut.differences] == [
        f"ledger.jsonl: record 3: wanted SHA-256 {second.record}, which the centre countersigned, "
        "found none: the ledger ends before it"
    ]
    assert cut.vouched == 2
    assert check_ledger(b"", (), (first,)).differences, "an emptied ledger too"


def test_the_centre_signs_nothing_that_does_not_follow(seals: list[Seal], device: SigningKey, stranger: SigningKey):
    first = countersign(seals[:2], None, device.public, stranger, NOW)
    for wrong, before in (
        (seals[1:], None),
        (seals[3:], first),
        (seals[:1], first),
        ([seals[3], seals[2]], first),
        ([], first),
        ([seals[2].model_copy(update={"manifest": "a" * 64})], first),
    ):
        with pytest.raises(EvidenceError, match="checkpoint"):
            countersign(wrong, before, device.public, stranger, NOW)
    with pytest.raises(EvidenceError, match="public_key"):
        countersign(seals, None, stranger.public, stranger, NOW)
    with pytest.raises(EvidenceError, match="wanted one of the device"):
        countersign(seals[2:], first, stranger.public, stranger, NOW)


@given(data=st.data())
def test_one_byte_changed_in_a_checkpoint_is_found(
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
    record_lines: list[bytes],
    device: SigningKey,
    stranger: SigningKey,
):
    whole = [Seal.model_validate_json(line) for line in record_lines]
    line = countersign(whole, None, device.public, stranger, NOW).line()
    where = data.draw(st.integers(0, len(line) - 1))
    changed = bytearray(line)
    changed[where] ^= data.draw(st.integers(1, 255))
    file = tmp_path_factory.mktemp("c") / "checkpoints.jsonl"
    file.write_bytes(bytes(changed) + b"\n")
    checkpoints, faults = read_checkpoints(file)
    ledger = check_ledger(ledger_of(record_lines), (), checkpoints, (stranger.public,))
    of_another_device = any(one.device != device.public.hex for one in checkpoints)
    assert faults or ledger.differences or of_another_device
    assert ledger.vouched == 0


def test_a_checkpoint_by_an_unknown_centre_vouches_for_nothing(
    seals: list[Seal], record_lines: list[bytes], device: SigningKey, stranger: SigningKey
):
    own: Checkpoint = countersign(seals, None, device.public, device, NOW)
    found = check_ledger(ledger_of(record_lines), (), (own,), (stranger.public,))
    assert (found.differences[0].where, found.vouched) == ("checkpoint 4: centre", 0)


def test_checkpoints_that_cannot_be_read_are_one_sentence(tmp_path: Path):
    with pytest.raises(EvidenceError, match=r"checkpoints .*none\.jsonl: No such file"):
        read_checkpoints(tmp_path / "none.jsonl")
    (tmp_path / "bad.jsonl").write_bytes(b"{}\nnonsense\n")
    checkpoints, faults = read_checkpoints(tmp_path / "bad.jsonl")
    assert checkpoints == []
    assert {fault.where.partition(":")[0] for fault in faults} == {"bad.jsonl"}
