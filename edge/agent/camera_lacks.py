"""Why one camera's word is not in order for a prosecution, asked when another camera's finding will rest on it too."""

from collections.abc import Callable
from datetime import datetime

from edge.agent.charge import Identity
from violations.evidence.gate import GateFacts, View, camera_lacks
from violations.evidence.record import ClockQuality


def lacks_of(
    identity: Identity,
    label: Callable[[float], datetime],
    clock: Callable[[], ClockQuality] | None,
    view: Callable[[], View],
    scene_intact: Callable[[], bool],
) -> Callable[[float], tuple[str, ...]]:
    """Media second → the gate's codes, as things stand when it is asked. clock: as for a `Witness`."""

    def lacks(media_s: float) -> tuple[str, ...]:
        quality = clock() if clock is not None else identity.clock
        facts = GateFacts(
            time=label(media_s),
            live=identity.live,
            synchronised=quality.synchronised,
            clock_error_s=quality.error_s,
            view=view(),
            scene_intact=scene_intact(),
            place=None,
            measures=(),
            stills=0,
            clip=False,
            signed=True,
        )
        return camera_lacks(identity.papers, facts)

    return lacks
