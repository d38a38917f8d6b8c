"""Masked copies of a case's evidence, for its citizen and for whoever downloads it: nobody else can be made out.

Made when first asked for, then kept; whoever deletes them loses nothing. The folder's name counts the ways of masking,
so that no copy of an earlier, weaker one is handed out.
DATA/masked-2/MANIFEST/NAME   pictures for the citizens' page
DATA/masked-2/MANIFEST.zip    the export that `ngatu verify` reads
"""

import secrets
import shutil
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from violations.errors import EvidenceError
from violations.evidence.countersigned import CENTRE_KEY
from violations.evidence.export import Exporter, export_masked
from violations.evidence.keys import load_or_make_key
from violations.evidence.masked_copy import masked_copy
from violations.evidence.record import Manifest
from violations.evidence.verify import LARGEST_STATED_BYTES
from violations.law.fine_range import NoFine, WhyNoFine
from violations.law.worded import worded
from violations.store.errors import EvidenceNotFoundError
from violations.store.evidence_files import EvidenceShelf
from violations.store.records import CaseRecord
from violations.web.copies import MaskedPicture
from vision.errors import VisionError
from vision.masking.painter import Painter

MASKED = "masked-2"
SHOWN = ("still_began", "still_before", "still_at", "still_after")
TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


class MaskedPictures:
    """What the citizens' pages ask for. data: the centre's folder."""

    def __init__(self, shelf: EvidenceShelf, data: Path) -> None:
        self._shelf = shelf
        self._root = data / MASKED
        self._painter = Painter()

    def __call__(self, case: CaseRecord) -> Sequence[MaskedPicture]:
        """As data in the page itself, so that no address of a picture can be passed on; none where the package cannot
        be read or masked."""
        try:
            folder = self._made(case.finding.package)
        except (EvidenceNotFoundError, EvidenceError, ValidationError, VisionError, OSError):
            return ()
        found = {path.stem: path for path in folder.iterdir()}
        return [MaskedPicture(shows, _as_data(found[shows])) for shows in SHOWN if shows in found]

    def _made(self, manifest_sha256: str) -> Path:
        """The folder of the case's derivatives, each named by what it shows."""
        folder = self._root / manifest_sha256
        if folder.is_dir():
            return folder
        file, path = self._shelf.get(manifest_sha256)
        if file.size_bytes > LARGEST_STATED_BYTES:
            raise EvidenceError(f"manifest {manifest_sha256}: wanted at most {LARGEST_STATED_BYTES} bytes, found more")
        manifest = Manifest.model_validate_json(path.read_bytes())
        shows = {file.name: file.shows for file in manifest.files if file.shows in SHOWN}
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._root, prefix=".unfinished-") as scratch:
            self._derive(manifest, shows, Path(scratch))
            made = self._root / f".{manifest_sha256}-{secrets.token_hex(4)}"
            (Path(scratch) / "made").rename(made)
        try:
            made.rename(folder)
        except OSError:  # somebody else asked for the same at the same moment
            shutil.rmtree(made)
        return folder

    def _derive(self, manifest: Manifest, shows: Mapping[str, str], scratch: Path) -> None:
        package, made = scratch / "package", scratch / "made"
        package.mkdir()
        made.mkdir()
        for file in manifest.files:
            if file.name in shows or file.name == manifest.record.tracks:
                _place(self._shelf, file.sha256, package / file.name)
        for one in masked_copy(package, manifest, made, self._painter, shows):
            (made / one.name).rename(made / f"{shows[one.original]}{Path(one.name).suffix}")


class MaskedExports:
    """The masked zip of a case, signed by the centre, as `ngatu verify --export` would write it. now: aware UTC."""

    def __init__(self, shelf: EvidenceShelf, data: Path, now: Callable[[], datetime]) -> None:
        self._shelf = shelf
        self._root = data / MASKED
        self._key = load_or_make_key(data / CENTRE_KEY)
        self._now = now

    def __call__(self, case: CaseRecord) -> Path:
        """The file. Raises EvidenceNotFoundError, and EvidenceError where the package is not sound, the disk is full or
        nobody can read the pictures. The first call takes as long as encoding the clip anew."""
        target = self._root / f"{case.finding.package}.zip"
        if target.is_file():
            return target
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._root, prefix=".unfinished-") as scratch:
            package = Path(scratch) / f"case_{case.finding.package[:12]}"
            package.mkdir()
            for file in case.finding.media:
                _place(self._shelf, file.sha256, package / file.name)
            made = Path(scratch) / "made.zip"
            try:
                export_masked(package, made, self._exporter(case), Painter())
            except (VisionError, OSError) as error:
                raise EvidenceError(f"masked export of {package.name}: {error}") from error
            made.replace(target)
        return target

    def _exporter(self, case: CaseRecord) -> Exporter:
        """Their zip says what the law is as the case itself has it: of its day and its place."""
        held = case.life.fine or NoFine(WhyNoFine.OFFENCE_NOT_HELD, "the case has no fine")
        return Exporter(self._key, self._now(), lambda _record: worded(held))


def _place(shelf: EvidenceShelf, sha256: str, target: Path) -> None:
    """The file itself under another name, or a copy where the file system has no hard links."""
    path = shelf.get(sha256)[1]
    try:
        target.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, target)


def _as_data(path: Path) -> str:
    return f"data:{TYPES[path.suffix]};base64,{b64encode(path.read_bytes()).decode()}"
