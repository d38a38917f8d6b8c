"""A kept view of one track (the pixels, where they lay in which frame, who else was near), and how many are kept."""

from dataclasses import dataclass

from vision.arrays import F32, I8, U8
from vision.frame import Rect
from vision.vehicles import VehicleKind


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """
    kind        as the tracker believed it then
    frame       index of the frame among the source's
    crop        (h, w, 3) uint8 BGR: the very pixels of the full frame in `rect_px`
    box_px      (4,) float32    the track's own box in full-frame pixels, really seen in that frame
    others_px   (m, 4) float32  boxes of all others that reach into the crop and may bear a plate, believed or not
    sharpness   0..1, 0 flat or blurred
    worth       what the shots of one track are compared by; more is better
    """

    track: int
    kind: VehicleKind
    frame: int
    media_s: float
    crop: U8
    rect_px: Rect
    box_px: F32
    others_px: F32
    others_kind: I8
    sharpness: float
    worth: float


@dataclass(frozen=True, slots=True)
class ShotSettings:
    """
    shots          kept of each track at most
    apart_s        of each such span of time one shot of a track is kept: they shall differ in light, angle and blur
    every_s        frames that follow one that was looked at sooner than this are passed over
    again_s        a track is looked at no more often than this
    better         a shot replaces another only if it is worth this many times as much
    half_life_s    a shot is worth half as much after this time: of a vehicle that stands for minutes, not all shots
                   shall be of its first second
    crops_a_frame  copied at most in one frame, the most promising first
    least_plate_px a plate that is perhaps narrower than this is not worth a crop
    margin         of the box's sides, kept around it in the crop
    remember_s     media seconds for which the shots of an ended track may still be asked for
    most_bytes     of pixels in all
    """

    shots: int = 5
    apart_s: float = 0.2
    every_s: float = 0.06
    again_s: float = 0.15
    better: float = 1.25
    half_life_s: float = 600.0
    crops_a_frame: int = 4
    least_plate_px: float = 12.0
    margin: float = 0.1
    remember_s: float = 10.0
    most_bytes: int = 96 << 20
