"""The plate in a proof: the very frame that was read, and the place in it, cut out without loss."""

from collections.abc import Sequence

import numpy as np

from edge.agent.stills import Moment, png_file, still_of
from violations.evidence.package import EvidenceFile
from violations.evidence.plate_read import CharacterRead, PlateCrop, PlateRead, Rectangle
from violations.evidence.record import Still
from vision.arrays import U8
from vision.plates.voted import ReadShot, VotedPlate

MARGIN = 0.25
"""Around the plate's own box, as a share of its larger side: a frame of bodywork shows whose plate it is."""
NOT_KEPT = "not_kept"
"""Why a text that was read is not claimed: no frame in which it was read is in the clip."""


def plate_moment(plate: VotedPlate | None, held: Sequence[Moment]) -> Moment | None:
    """The moment of the best shot that lies among those `held`; None where none does."""
    shot = _shot_in(plate, held) if plate is not None else None
    return next((moment for moment in held if shot is not None and moment.index == shot.frame), None)


def plate_proof(
    plate: VotedPlate, moment: Moment | None, image: U8 | None
) -> tuple[PlateRead, tuple[Still, ...], tuple[EvidenceFile, ...]]:
    """What the record says of the plate, the still it was read in, and the files of both.

    moment, image: that of the shot to show, None where none is kept: then the text is not claimed.
    """
    shot = _shot_in(plate, [moment]) if moment is not None else None
    if shot is None or moment is None or image is None:
        why = NOT_KEPT if plate.text is not None else plate.why_abstained
        return _read(plate, None, None, why), (), ()
    box = _around(shot, (image.shape[1], image.shape[0]))
    cut = np.ascontiguousarray(image[box.y1 : box.y2, box.x1 : box.x2])
    still = still_of("still_plate", moment, "png")
    files = (png_file("still_plate", image), png_file("plate_crop", cut))
    crop = PlateCrop(name=files[1].name, still=still.name, rectangle=box, quad=shot.quad_px)
    return _read(plate, crop, plate.text, plate.why_abstained), (still,), files


def _shot_in(plate: VotedPlate, held: Sequence[Moment]) -> ReadShot | None:
    """Of the shots whose frame is among those held, the one that says the text most surely."""
    indices = {moment.index for moment in held}
    said = plate.alternatives[0].text if plate.alternatives else ""
    shots = [shot for shot in plate.shots if shot.frame in indices]
    return max(shots, key=lambda shot: (shot.text == said, shot.certainty), default=None)


def _read(plate: VotedPlate, crop: PlateCrop | None, text: str | None, why: str | None) -> PlateRead:
    others = plate.alternatives[1:] if text is not None else plate.alternatives
    return PlateRead(
        text=text,
        confidence=plate.certainty if plate.alternatives else None,
        characters=tuple(
            CharacterRead(text=one.character, confidence=one.confidence, others=one.alternatives)
            for one in plate.characters
        ),
        alternatives=tuple((one.text, one.confidence) for one in others),
        lines=plate.lines,
        ground=plate.ground,
        why_abstained=None if text is not None else why,
        views=len(plate.shots),
        strays=sum(number for _, number in plate.rejected),
        crop=crop,
    )


def _around(shot: ReadShot, size_px: tuple[int, int]) -> Rectangle:
    """The plate's box and a margin, inside the frame, at least one pixel."""
    quad = np.asarray(shot.quad_px, np.float64)
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    margin = MARGIN * max(right - left, bottom - top)
    x1, y1 = max(0, int(left - margin)), max(0, int(top - margin))
    x1, y1 = min(x1, size_px[0] - 1), min(y1, size_px[1] - 1)
    x2, y2 = min(size_px[0], int(np.ceil(right + margin))), min(size_px[1], int(np.ceil(bottom + margin)))
    return Rectangle(x1=x1, y1=y1, x2=max(x2, x1 + 1), y2=max(y2, y1 + 1))
