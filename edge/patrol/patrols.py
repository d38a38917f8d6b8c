"""Every patrol that a scene's rules ask for."""

from collections.abc import Collection

from edge.patrol.lines import line_patrol
from edge.patrol.patrol import Patrol
from edge.patrol.places import place_patrol
from edge.patrol.plates import plate_patrol
from edge.patrol.riders import Read, rider_patrol
from edge.patrol.turns import crossing_patrol
from edge.patrol.ways import way_patrol
from vision.geometry.scene import Scene
from vision.plates.track_plate import PlateEyes


def patrols_of(
    scene: Scene,
    frame_size_px: tuple[int, int],
    groups: Collection[str],
    eyes: PlateEyes | None = None,
    heads: Read | None = None,
) -> tuple[Patrol, ...]:
    """groups: the signal groups whose lamps somebody reports. eyes, heads: for rules about plates and riders."""
    made: tuple[Patrol | None, ...] = (
        line_patrol(scene, frame_size_px, groups),
        way_patrol(scene, frame_size_px),
        crossing_patrol(scene, frame_size_px),
        place_patrol(scene, frame_size_px),
        plate_patrol(scene, frame_size_px, eyes),
        rider_patrol(scene, frame_size_px, heads),
    )
    return tuple(patrol for patrol in made if patrol is not None)
