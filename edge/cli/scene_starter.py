"""The scene file that `ngatu scene new` writes: valid at once, and its comments teach the rest."""

import json
import re
from pathlib import PurePath

_STARTER = """\
# What one fixed camera looks at. Drawn on the first frame of {source}: {width} × {height} pixels.
# Every place is [x, y] as fractions of that frame: [0, 0] top left, [1, 1] bottom right. Read them off {still}.
# A line has two hands: walk it from its first point to its second in the picture as you see it; `left_to_right` is
# traffic that comes from your left hand. After each change:
# $ ngatu scene check {scene}
# $ ngatu scene draw {scene} {source} --out drawn.png
version: 1
camera: {camera}
note: ""

# Vehicles are counted where the middle of the lower edge of their box passes a line.
counting_lines:
  across:
    line: [[0.05, 0.6], [0.95, 0.6]]

# Strips of road; `direction` is an arrow along the lawful way; leave `kinds` out to allow all of
# motorbike, bicycle, car, bus, truck, pedestrian.
lanes: {{}}
#  north_1:
#    polygon: [[0.30, 0.95], [0.45, 0.40], [0.50, 0.40], [0.52, 0.95]]
#    direction: [[0.41, 0.90], [0.47, 0.45]]
#    kinds: [car, bus, truck]

# `entering` is the direction of traffic that must stop here; `signal_group` names the lamp that tells it to.
# Every vehicle over the whole line is judged by that lamp, so draw it across no lane that another lamp rules.
stop_lines: {{}}
#  north_stop:
#    line: [[0.30, 0.70], [0.55, 0.70]]
#    entering: right_to_left
#    signal_group: north
#    lanes: [north_1]

zones: {{}}
#  box:
#    polygon: [[0.20, 0.30], [0.80, 0.30], [0.80, 0.50], [0.20, 0.50]]
#    purpose: keep clear

# Without calibration there are no speeds. Four or more places on the flat road, no three on one line, measured in
# metres from any one corner; with five or more the error can be told.
#calibration:
#  source: who measured, how, and when
#  points:
#    - {{at: [0.10, 0.90], metres: [0, 0]}}
#    - {{at: [0.90, 0.90], metres: [10.5, 0]}}
#    - {{at: [0.70, 0.40], metres: [10.5, 30]}}
#    - {{at: [0.30, 0.40], metres: [0, 30]}}

# Limits of rules, where this junction needs others than the rule's own.
#limits:
#  red_light: {{grace_s: 0.5, slowest_mps: 1.4}}
"""


def camera_name(source: str) -> str:
    """A name made from what was opened; `camera` where nothing of it can stand in a name."""
    plain = re.sub(r"[^\w.-]+", "-", PurePath(source.rstrip("/")).stem).strip("-.")
    return plain[:80] or "camera"


def starter(source: str, frame_size_px: tuple[int, int], scene: str, still: str) -> str:
    """The YAML text; `source` must hold no secret, for it is written into a comment."""
    width, height = frame_size_px
    return _STARTER.format(
        source=" ".join(source.split()),
        width=width,
        height=height,
        scene=scene,
        still=still,
        camera=json.dumps(camera_name(source), ensure_ascii=False),
    )
