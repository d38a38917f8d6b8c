"""One real camera on different days and nights: the same view in other light is no fault, and a turned one is."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.accuracy.camera_clips import clips
from vision.events.camera import CameraState
from vision.health.camera import CameraHealth

# The operators of this camera turn it now and then. Which clips show one view was seen by eye, from the road sign at
# their left edge.
DAYS = {
    "one view, four days and a night": (
        "201709141107", "201709141422", "201709042122", "201709042131", "201709211501", "201709211548", "201709042126",
    ),
    "turned in between, and back": ("201709141107", "201707211410", "201709211548"),
}  # fmt: skip
EACH_S = 26.0
STEP_S = 0.25


@dataclass(frozen=True, slots=True)
class Followed:
    """told: "trouble started at second, in the clip shown then", in order."""

    days: str
    told: tuple[str, ...]


def follow(name: str, stamps: Sequence[str]) -> Followed:
    """Play these clips of the camera one after the other, without a pause, as one stream."""
    played = clips([f"uk_tfl_cam625/625_{stamp}.mp4" for stamp in stamps])
    health, told = CameraHealth(), []
    for number in range(round(len(played) * EACH_S / STEP_S)):
        media_s = number * STEP_S
        clip = played[int(media_s // EACH_S)]
        image = clip.at(media_s) if health.due(media_s) else None
        for one in health.see(image, media_s):
            if isinstance(one, CameraState):
                shift = "".join(f", shift {m.value:.0f} px" for m in one.measures if m.name == "shift")
                told.append(f"{one.trouble} {one.phase} {media_s % EACH_S:.0f} s into {clip.name}{shift}")
    return Followed(name, tuple(told))


def days_as_text(days: Sequence[Followed]) -> list[str]:
    return [f"{one.days}: {'; '.join(one.told) or 'nothing told'}." for one in days]
