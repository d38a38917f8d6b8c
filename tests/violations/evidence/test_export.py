import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from violations.errors import EvidenceError
from violations.evidence.export import Exporter, export_unmasked
from violations.evidence.keys import SigningKey
from violations.evidence.package import EvidenceFile, Package, write_package
from violations.evidence.record import EvidenceRecord
from violations.evidence.verify_export import check_export
from violations.evidence.zip_frame import frame_differences

Sealed = tuple[Path, list[Package]]
NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture
def export_package(stranger: SigningKey) -> Callable[..., object]:
    """All of it, originals too, by somebody who is not the device."""
    exporter = Exporter(stranger, NOW)
    return lambda folder, target, keys=(): export_unmasked(folder, target, exporter, "for the court", keys)


@pytest.fixture
def package(sealed_once: Sealed) -> Package:
    return sealed_once[1][1]


@pytest.fixture
def exported(package: Package, tmp_path: Path, export_package: Callable[..., object]) -> Path:
    export_package(package.folder, tmp_path / "case.zip")
    return tmp_path / "case.zip"


def test_the_zip_holds_the_package_a_summary_and_how_to_check_it(exported: Path, package: Package):
    with zipfile.ZipFile(exported) as archive:
        assert archive.testzip() is None
        inside = f"package/{package.folder.name}"
        assert sorted(archive.namelist()) == [
            "README.txt",
            "SHA256SUMS",
            "export.json",
            *(f"{inside}/{name}" for name in ("at.jpg", "before.jpg", "clip.mp4", "manifest.json", "seal.json")),
            "summary.html",
            "verify/claim.json",
            "verify/device.pub",
            "verify/seal.sig",
        ]
        for file in package.folder.iterdir():
            assert archive.read(f"{inside}/{file.name}") == file.read_bytes()


def test_the_summary_speaks_both_languages_and_shows_the_doubts_and_the_pictures(exported: Path, package: Package):
    with zipfile.ZipFile(exported) as archive:
        page = archive.read("summary.html").decode()
        notes = archive.read("README.txt").decode()
    for words in ("Vượt đèn đỏ", "Running a red light", "Signals of an officer", "09:32:53", "02:32:53.250 UTC"):
        assert words in page
    assert f'src="package/{package.folder.name}/at.jpg"' in page
    for digest in (package.manifest_sha256, *(file.sha256 for file in package.media if file.shows != "seal")):
        assert digest in page
    assert "<script" not in page
    assert "http" not in page, "the page needs nothing from elsewhere"
    assert "openssl pkeyutl -verify" in notes
    assert package.manifest_sha256 in notes


def test_other_peoples_tools_can_check_it(exported: Path, tmp_path: Path):
    openssl, sums = which("openssl"), which("sha256sum")
    if not openssl or not sums:
        pytest.skip("wanted openssl and sha256sum")
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(exported) as archive:
        archive.extractall(folder)
    subprocess.run([sums, "--check", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    words = "pkeyutl -verify -pubin -inkey verify/device.pub -rawin -in verify/claim.json -sigfile verify/seal.sig"
    command = [openssl, *words.split()]
    assert subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode == 0
    claim = folder / "verify" / "claim.json"
    claim.write_bytes(claim.read_bytes().replace(b'"sequence":2', b'"sequence":3'))
    assert subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode != 0


def test_an_export_verifies_and_the_same_package_gives_the_same_bytes(
    exported: Path,
    package: Package,
    tmp_path: Path,
    device: SigningKey,
    stranger: SigningKey,
    export_package: Callable[..., object],
):
    check = check_export(exported, [device.public]).package
    assert (check.differences, check.manifest_sha256) == ((), package.manifest_sha256)
    export_package(package.folder, tmp_path / "again.zip", [device.public])
    assert (tmp_path / "again.zip").read_bytes() == exported.read_bytes()
    assert check_export(exported, [stranger.public]).package.differences[0].where == "seal.json: public_key"


def remade(exported: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The zip with its files changed, sound as a zip."""
    with zipfile.ZipFile(exported) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    change(content)
    target = exported.with_name("remade.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return target


@pytest.mark.parametrize("part", ["at.jpg", "manifest.json", "seal.json"])
def test_a_changed_file_of_the_package_is_named(exported: Path, part: str):
    def change(content: dict[str, bytes]) -> None:
        name = next(name for name in content if name.endswith(part))
        content[name] = content[name][:-2] + bytes([content[name][-2] ^ 1]) + content[name][-1:]

    assert check_export(remade(exported, change)).package.differences[0].where.startswith(part)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda content: content.update({"summary.html": b"other"}), "SHA256SUMS"),
        (lambda content: content.pop("summary.html"), "summary.html"),
        (lambda content: content.pop("SHA256SUMS"), "SHA256SUMS"),
        (lambda content: content.update({"SHA256SUMS": content["SHA256SUMS"] + b"more\n"}), "SHA256SUMS"),
        (lambda content: content.update({"verify/device.pub": b"other"}), "verify/device.pub"),
        (lambda content: content.update({"verify/claim.json": b"{}"}), "verify/claim.json"),
        (lambda content: content.update({"virus.exe": b"x"}), "virus.exe"),
        (lambda content: content.update({"../virus.exe": b"x"}), "../virus.exe"),
    ],
)
def test_whatever_stands_beside_the_package_is_checked_against_it(
    exported: Path, change: Callable[[dict[str, bytes]], object], where: str
):
    assert check_export(remade(exported, change)).package.differences[0].where == where


def test_a_name_that_leads_out_of_the_package_is_never_written(exported: Path, tmp_path: Path):
    def change(content: dict[str, bytes]) -> None:
        content["package/../../escaped.txt"] = b"x"

    assert check_export(remade(exported, change)).package.differences
    assert not list(tmp_path.rglob("escaped.txt"))


def flipped(exported: Path, place: int) -> Path:
    content = bytearray(exported.read_bytes())
    content[place] ^= 1 << place % 8
    target = exported.with_name("flipped.zip")
    target.write_bytes(content)
    return target


def test_a_flip_of_any_byte_beside_the_files_is_found(exported: Path):
    """Most of them say what no reader looks at."""
    with zipfile.ZipFile(exported) as archive:
        headers = [one.header_offset + by for one in archive.infolist() for by in range(30 + len(one.filename))]
        places = [*headers, *range(archive.start_dir, exported.stat().st_size)]
    unseen = []
    for place in places:
        path = flipped(exported, place)
        try:
            with zipfile.ZipFile(path) as archive:
                unseen += [] if list(frame_differences(path, archive.infolist())) else [place]
        except (zipfile.BadZipFile, NotImplementedError, ValueError):
            continue
    assert unseen == []


def test_what_differs_in_the_zips_own_list_is_named(exported: Path, package: Package):
    with zipfile.ZipFile(exported) as archive:
        began = archive.start_dir
    name = f"package/{package.folder.name}/before.jpg"
    for offset, field in ((5, "version that made it"), (14, "date"), (38, "attributes")):
        [found] = check_export(flipped(exported, began + offset)).package.differences
        assert found.where == f"zip: list, {name}: {field}"


def test_more_bytes_and_another_order_are_found(exported: Path):
    more = exported.with_name("more.zip")
    more.write_bytes(exported.read_bytes() + b"x")
    assert check_export(more).package.differences[0].where == "zip"

    def change(content: dict[str, bytes]) -> None:
        content["summary.html"] = content.pop("summary.html")

    wheres = [one.where for one in check_export(remade(exported, change)).package.differences]
    assert wheres[0] == "zip: order of its files"


def test_the_law_that_the_exporter_states_is_on_the_summary_and_signed(
    package: Package, tmp_path: Path, stranger: SigningKey
):
    said = (("Phạt <nhiều>.", "A large fine."),)
    export_unmasked(package.folder, tmp_path / "law.zip", Exporter(stranger, NOW, lambda _: said), "for the court")
    check = check_export(tmp_path / "law.zip")
    assert check.package.differences == ()
    assert check.statement is not None and check.statement.law == said
    with zipfile.ZipFile(tmp_path / "law.zip") as archive:
        page = archive.read("summary.html").decode()
    assert "Phạt &lt;nhiều&gt;." in page
    assert "A large fine." in page

    def change(content: dict[str, bytes]) -> None:
        content["export.json"] = content["export.json"].replace(b"A large fine", b"A small fine")

    wheres = [one.where for one in check_export(remade(tmp_path / "law.zip", change)).package.differences]
    assert wheres[0] == "export.json: signature"


@pytest.mark.parametrize(
    ("reason", "found"),
    [
        ("for the court\nthe package is sound", "one of 2 lines"),
        ("for\x1b[2Kthe court", "one with control characters"),
        ("no", "one of 2 characters"),
    ],
)
def test_a_reason_that_is_not_one_line_is_refused(
    package: Package, tmp_path: Path, stranger: SigningKey, reason: str, found: str
):
    with pytest.raises(EvidenceError, match=f"wanted a reason of 3 to 500 characters in one line .*, found {found}"):
        export_unmasked(package.folder, tmp_path / "x.zip", Exporter(stranger, NOW), reason)
    assert not (tmp_path / "x.zip").exists()


def test_what_is_no_export_is_one_sentence(exported: Path, tmp_path: Path):
    (tmp_path / "noise.zip").write_bytes(b"PK\3\4 noise")
    with pytest.raises(EvidenceError, match=r"noise\.zip: wanted a zip that can be read"):
        check_export(tmp_path / "noise.zip")
    with pytest.raises(EvidenceError, match="wanted one package in it, found 0"):
        check_export(remade(exported, dict.clear))
    damaged = bytearray(exported.read_bytes())
    damaged[len(damaged) // 3] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(damaged)
    with pytest.raises(EvidenceError, match=r"damaged\.zip"):
        check_export(tmp_path / "damaged.zip")


def test_a_package_that_differs_is_not_exported(
    sealed: tuple[Path, list[Path]], tmp_path: Path, export_package: Callable[..., object]
):
    (sealed[1][0] / "at.jpg").write_bytes(b"other")
    with pytest.raises(EvidenceError, match=r"is not sound: at\.jpg"):
        export_package(sealed[1][0], tmp_path / "case.zip")
    assert not list(tmp_path.glob("*.zip"))


def test_nothing_is_written_over_and_nothing_half_written_stays(
    exported: Path, package: Package, tmp_path: Path, export_package: Callable[..., object]
):
    before = exported.read_bytes()
    with pytest.raises(EvidenceError, match="wanted a name that is free"):
        export_package(package.folder, exported)
    assert exported.read_bytes() == before
    with pytest.raises(EvidenceError, match="export to"):
        export_package(package.folder, tmp_path / "none" / "case.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["case.zip"]


def test_a_package_without_a_seal_is_exported_as_hashed_and_not_signed(
    tmp_path: Path,
    record: EvidenceRecord,
    files: list[EvidenceFile],
    export_package: Callable[..., object],
):
    old = write_package(tmp_path / "evidence", record, files)
    export_package(old.folder, tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        assert "Hashed, not signed" in archive.read("summary.html").decode()
        assert "hashed, not signed" in archive.read("README.txt").decode()
        assert not any(name.startswith("verify/") for name in archive.namelist())
    check = check_export(tmp_path / "case.zip").package
    assert (check.differences, check.seal) == ((), None)


def test_words_of_the_record_cannot_become_markup(
    tmp_path: Path, stated: dict[str, Any], files: list[EvidenceFile], export_package: Callable[..., object]
):
    stated["software"] = "<script>alert(1)</script>"
    stated["reasons_not_to_fine"] = ["<b>new_doubt</b>"]
    stated["clip"] = None
    stated["lamps"] = []
    stated["clock"] = {"synchronised": None, "error_s": None}
    package = write_package(tmp_path / "evidence", EvidenceRecord.model_validate(stated), files)
    export_package(package.folder, tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        page = archive.read("summary.html").decode()
    assert "<script" not in page
    assert "<b>new_doubt" not in page
    assert "&lt;b&gt;new_doubt" in page
