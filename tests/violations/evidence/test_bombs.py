"""What unpacks to more than any machine holds is refused with a sentence, before it is unpacked."""

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from violations.errors import EvidenceError
from violations.evidence.canonical import canonical_json
from violations.evidence.export import Exporter, export_unmasked
from violations.evidence.png import SIGNATURE, read_png
from violations.evidence.verify import check_package
from violations.evidence.verify_export import check_export
from violations.evidence.verify_ledger import check_ledger

ZEROES = b"\0" * (1 << 20)


@pytest.fixture
def exported(sealed, stranger, tmp_path):
    """A sound zip, and the name of its package."""
    from datetime import UTC, datetime

    _, folders = sealed
    target = tmp_path / "case.zip"
    export_unmasked(folders[0], target, Exporter(stranger, datetime(2026, 11, 21, tzinfo=UTC)), "for a test")
    return target, folders[0].name


def bomb(path, entries):
    """A zip whose entries of (name, MiB of zeroes) are small when packed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, mebibytes in entries:
            with archive.open(name, "w", force_zip64=True) as entry:
                for _ in range(mebibytes):
                    entry.write(ZEROES)
    return path


def claiming(path, name, size_bytes):
    """The zip with another size written beside `name` in its list of files; the bytes are as they were."""
    content = bytearray(path.read_bytes())
    place = 0
    while (place := content.find(b"PK\1\2", place)) >= 0:
        length = struct.unpack_from("<H", content, place + 28)[0]
        if bytes(content[place + 46 : place + 46 + length]).decode() == name:
            struct.pack_into("<I", content, place + 24, size_bytes)
        place += 4
    path.write_bytes(content)
    return path


def test_a_zip_of_many_gigabytes_of_nothing_is_refused(tmp_path):
    path = bomb(tmp_path / "x.zip", [("package/p/a.bin", 1), ("package/p/b.bin", 1)])
    for name in ("package/p/a.bin", "package/p/b.bin"):
        claiming(path, name, 2_000_000_000)
    with pytest.raises(EvidenceError, match="wanted at most 1000 files and 1073741824 bytes, found more"):
        check_export(path)


def test_a_large_file_beside_the_package_is_refused_unread(exported):
    path, _ = exported
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", ZEROES * 8)
    with pytest.raises(EvidenceError, match=r"wanted 'notes.txt' of at most 4000000 bytes, found 8388608"):
        check_export(path)


def test_a_zip_that_says_less_than_it_holds_is_a_difference_and_no_more_is_unpacked(exported):
    path, name = exported
    content = path.read_bytes()
    lying = claiming(path, f"package/{name}/clip.mp4", 7)
    assert lying.read_bytes() != content
    try:
        check = check_export(lying)
    except EvidenceError as error:
        assert "wanted a zip that can be read" in str(error)
    else:
        assert check.package.differences


@pytest.mark.parametrize("number", [1001, 5_000])
def test_a_zip_of_too_many_files_is_refused_before_its_list_is_read(tmp_path, number):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for row in range(number):
            archive.writestr(f"package/p/{row}", b"")
    with pytest.raises(EvidenceError, match="wanted at most 1000 files"):
        check_export(tmp_path / "x.zip")


def test_a_zip_within_a_zip_is_only_bytes(exported):
    path, name = exported
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deeper.zip", ZEROES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"package/{name}/inner.zip", inner.getvalue())
    [found] = [one for one in check_export(path).package.differences if one.where == "inner.zip"]
    assert found.found == "one the manifest does not name"


def png_claiming(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + zlib.crc32(name + data).to_bytes(4)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(ZEROES)) + chunk(b"IEND", b"")


def test_a_png_that_claims_two_and_a_half_milliard_pixels_is_not_unpacked():
    with pytest.raises(ValueError, match="wanted a PNG of 8-bit RGB"):
        read_png(png_claiming(50_000, 50_000))


def test_a_png_that_holds_more_than_it_claims_is_refused():
    with pytest.raises(ValueError, match="wanted 2 rows of 2 pixels"):
        read_png(png_claiming(2, 2))


def test_a_manifest_too_large_to_be_one_is_a_difference(sealed):
    _, folders = sealed
    (folders[0] / "manifest.json").write_bytes(b"[" * 5_000_000)
    [found] = check_package(folders[0]).differences
    assert (found.where, found.found) == ("manifest.json", "5000000 bytes, more than 4000000")


@pytest.mark.parametrize("content", [b"[" * 3_000_000, b'{"a":' * 500_000, b"1" * 3_000_000, b'"' + b"x" * 3_000_000])
def test_deep_or_long_json_in_a_manifest_is_a_difference(sealed, content):
    _, folders = sealed
    (folders[0] / "manifest.json").write_bytes(content)
    assert check_package(folders[0]).manifest is None


def test_a_line_of_a_ledger_too_long_to_be_one_is_not_parsed():
    line = canonical_json({"format": "ngatu-seal-1", "why": "x" * 1_000_000})
    found = check_ledger(line + b"\n").differences
    assert "wanted at most 65536 bytes" in str(found[0])


def test_the_verifier_stays_small_in_memory_and_says_one_sentence(tmp_path):
    """A real process, and what each of three files did to it."""
    huge = claiming(bomb(tmp_path / "huge.zip", [("package/p/a.bin", 2)]), "package/p/a.bin", 2_000_000_000)
    beside = bomb(tmp_path / "beside.zip", [("package/p/manifest.json", 1), ("summary.html", 8)])
    text = tmp_path / "long.txt"
    with text.open("wb") as file:
        file.truncate(120 << 20)
    for path in (huge, beside, text):
        code, said, peak_bytes = measured("verify", path)
        assert (code, said.count("\n")) == (2, 1), said
        assert str(path) in said
        assert peak_bytes < 400 << 20


def measured(*words):
    """(exit code, stderr, most memory it held in bytes) of the real command, asked by a small process: a child's
    memory begins as that of whoever forked it."""
    asker = (
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode\n"
        "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    program = Path(sys.executable).with_name("ngatu")
    command = [sys.executable, "-c", asker, str(program), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    code, peak_kib = map(int, done.stdout.split())
    return code, done.stderr, peak_kib * 1024
