"""What counts as trouble with a camera's picture, and for how long it must last."""

from dataclasses import dataclass, fields
from math import isfinite


@dataclass(frozen=True, slots=True)
class HealthSettings:
    """Shifts are px of the full frame; levels are of luma, 0..255; each `…_s` is media seconds.

    look_every_s, view_every_s    how often a picture is looked at, and how often its view is compared, while all is
                                  well; twice as often while anything is in question
    interval_s                    what one quality score covers
    moved_px, moved_deg           from here on the view has moved; a little below the 15 px and 2° that must be noticed
    back_px, back_deg             below these it has returned
    lost_after_s                  the background was not recognised for so long, in pictures with nothing else wrong
    frozen_after_s                the picture repeated itself for so long, from a camera that never does
    still_frozen_after_s          the same from a camera whose picture stands still by itself now and then
    blurred_below, sharp_above    sharpness as a share of the camera's own
    blind_above, seeing_below     share of the picture's usual texture that is gone
    glare_above                   share of the picture that is white and usually is not
    dark_below, light_above       level that the brightest twentieth of the picture reaches
    dropped_above, whole_below    share of the frames that are missing
    starts_after_s, ends_after_s  how long blur, blindness, darkness must last, and how long be gone
    """

    look_every_s: float = 1.0
    view_every_s: float = 2.0
    interval_s: float = 15.0
    moved_px: float = 14.0
    moved_deg: float = 1.8
    back_px: float = 9.0
    back_deg: float = 1.2
    lost_after_s: float = 20.0
    frozen_after_s: float = 10.0
    still_frozen_after_s: float = 60.0
    blurred_below: float = 0.4
    sharp_above: float = 0.6
    blind_above: float = 0.5
    seeing_below: float = 0.3
    glare_above: float = 0.35
    dark_below: float = 45.0
    light_above: float = 60.0
    dropped_above: float = 0.1
    whole_below: float = 0.03
    starts_after_s: float = 6.0
    ends_after_s: float = 4.0

    def __post_init__(self) -> None:
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        wrong = [f"{name} {value}" for name, value in given.items() if not (isfinite(value) and value > 0)]
        if wrong:
            raise ValueError(f"HealthSettings: wanted numbers above 0, found {', '.join(wrong)}")
