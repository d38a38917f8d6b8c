"""A masked copy of a package: derivatives of its pictures and clip in a folder, each naming its original."""

from collections.abc import Callable, Collection, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from violations.errors import EvidenceError
from violations.evidence.believed import LARGEST_TRACKS_BYTES, Believed
from violations.evidence.masking import EVERYTHING, Mask, MaskPlan
from violations.evidence.record import Manifest
from violations.evidence.statement import Derivative

AS_IT_IS = frozenset({"tracks", "plate_crop", "earlier_plate"})
"""What a masked copy holds in the original: numbers, and the accused's own plate."""


class Painter(Protocol):
    """Does the pixel work: this room knows no pixels."""

    def picture(self, source: Path, target: Path, mask: Mask) -> None: ...

    def clip(self, source: Path, target: Path, mask_at: Callable[[float], Mask]) -> None: ...


def masked_copy(
    folder: Path, manifest: Manifest, target: Path, painter: Painter, only: Collection[str] | None = None
) -> tuple[Derivative, ...]:
    """Write into `target` (there, empty) a masked derivative of every picture and clip of the sound package `folder`.

    only: names of files to derive instead of all; the others need not be in the folder, but for the tracks. Files of
    AS_IT_IS are not copied. Raises EvidenceError for a file that is no picture we know, OSError, and what the painter
    raises.
    """
    wanted = derived_names(manifest) if only is None else derived_names(manifest).intersection(only)
    return tuple(_derive(folder, manifest, target, painter, wanted))


def derived_names(manifest: Manifest) -> frozenset[str]:
    """The files of a package that never leave unmasked by themselves: everything that is not surely harmless."""
    return frozenset(file.name for file in manifest.files if file.shows not in AS_IT_IS)


def _derive(
    folder: Path, manifest: Manifest, target: Path, painter: Painter, wanted: Collection[str]
) -> Iterator[Derivative]:
    plan = MaskPlan(manifest.record, _believed(folder, manifest))
    stills = {still.name: still for still in manifest.record.stills}
    clip = manifest.record.clip
    hashes = {file.name: file.sha256 for file in manifest.files}
    for name in sorted(wanted):
        if clip is not None and name == clip.name:
            made = target / f"{Path(name).stem}.mp4"
            painter.clip(folder / name, made, plan.since(clip.since_s))
        elif Path(name).suffix in {".jpg", ".png"}:
            made = target / name
            painter.picture(folder / name, made, plan.still(stills[name]) if name in stills else EVERYTHING)
        else:
            raise EvidenceError(f"{folder / name}: wanted a JPEG, a PNG or the clip, found a file that nobody can mask")
        content = made.read_bytes()
        yield Derivative(
            name=made.name,
            sha256=sha256(content).hexdigest(),
            size_bytes=len(content),
            original=name,
            original_sha256=hashes[name],
        )


def _believed(folder: Path, manifest: Manifest) -> Believed | None:
    if manifest.record.tracks is None:
        return None
    path = folder / manifest.record.tracks
    if path.stat().st_size > LARGEST_TRACKS_BYTES:
        raise EvidenceError(f"{path}: wanted at most {LARGEST_TRACKS_BYTES} bytes, found more")
    return Believed.model_validate_json(path.read_bytes())
