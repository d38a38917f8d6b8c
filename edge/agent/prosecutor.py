"""Judges crossings by the rules and turns accusations into proven findings, or into nothing."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from edge.agent.witness import AFTER_S, Charge, Witness
from edge.loop.seen import Seen
from edge.outbox.rows import OutboxMedia
from violations.errors import EvidenceBroken, EvidenceError
from violations.rules.accusation import Withheld
from violations.rules.red_light import RedLightLimits, red_light, why_withheld
from vision.errors import SourceError
from vision.events.bodies import Crossing, Direction, Finding
from vision.events.lamps import LampTimeline
from vision.geometry.scene import Scene

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Approach:
    """What is watched at one stop line: the rule's limits and what the lamp showed."""

    limits: RedLightLimits
    lamps: LampTimeline


@dataclass(frozen=True, slots=True)
class Proven:
    """A finding whose package is on disk, and the files that must travel before it."""

    finding: Finding
    media: tuple[OutboxMedia, ...]


def approaches(scene: Scene, lamps: Mapping[str, LampTimeline]) -> dict[str, Approach]:
    """Stop line → what is watched there; a line whose signal group has no timeline is not judged at all."""
    set_here = {name: value for name, value in scene.limits.red_light.model_dump().items() if value is not None}
    return {
        name: Approach(replace(RedLightLimits(Direction(line.entering)), **set_here), lamps[line.signal_group])
        for name, line in scene.stop_lines.items()
        if line.signal_group is not None and line.signal_group in lamps
    }


class Prosecutor:
    """Holds each accusation until the pictures after it are in, then has it proven.

    unproven: accusations dropped because no proof could be made of them. There is no claim without proof.
    withheld: how often which doubt alone kept somebody from being accused.
    """

    def __init__(
        self,
        watched: Mapping[str, Approach],
        witness: Witness,
        view_moved: Callable[[float, float], bool] = lambda _since_s, _until_s: False,
    ) -> None:
        """view_moved: whether the camera perhaps looked elsewhere in any part of a time (media seconds), as far as is
        known by then; asked at the crossing and again when the proof is due."""
        self._watched = watched
        self._witness = witness
        self._view_moved = view_moved
        self._charges: list[Charge] = []
        self.unproven = 0
        self.withheld: Counter[Withheld] = Counter()

    def watch(self, seen: Seen) -> list[Proven]:
        """Take in one frame; the findings whose proof became complete with it."""
        self._witness.remember(seen)
        self._charges += [charge for crossing in seen.crossings if (charge := self._judge(crossing))]
        ripe = [charge for charge in self._charges if seen.frame.media_s >= charge.crossing.at_s + AFTER_S]
        return self._prove(ripe)

    def finish(self) -> list[Proven]:
        """The source has ended: prove what waits with the pictures there are."""
        return self._prove(list(self._charges))

    def _judge(self, crossing: Crossing) -> Charge | None:
        approach = self._watched.get(crossing.line)
        if approach is None:
            return None
        lamp = approach.lamps.at(crossing.at_s)
        moved = self._view_moved(crossing.at_s, crossing.at_s)
        accusation = red_light(crossing, lamp, approach.limits, view_moved=moved)
        why_not = why_withheld(crossing, lamp, approach.limits, view_moved=moved)
        if why_not is not None:
            self._withhold(crossing, why_not)
        return Charge(crossing, accusation, lamp, approach.lamps.spans) if accusation else None

    def _withhold(self, crossing: Crossing, why: Withheld) -> None:
        self.withheld[why] += 1
        log.info("track %d at %.2f s on %s: not accused: %s", crossing.track, crossing.at_s, crossing.line, why)

    def _prove(self, ripe: Sequence[Charge]) -> list[Proven]:
        proven = []
        for charge in ripe:
            self._charges.remove(charge)
            if self._view_moved(charge.crossing.at_s, charge.crossing.at_s + AFTER_S):
                self._withhold(charge.crossing, Withheld.VIEW_MOVED)
                continue
            try:
                proven.append(self._proof(charge))
            except EvidenceBroken:
                raise
            except (EvidenceError, SourceError) as error:
                self.unproven += 1
                log.warning("an accusation was dropped, because no proof could be made: %s", error)
        return proven

    def _proof(self, charge: Charge) -> Proven:
        package = self._witness.testify(charge)
        finding = Finding(
            offence=charge.accusation.offence,
            vehicle=charge.crossing.vehicle,
            track=charge.crossing.track,
            line=charge.crossing.line,
            at_s=charge.crossing.at_s,
            measures=charge.accusation.measures,
            lamp=charge.lamp,
            reasons_not_to_fine=charge.accusation.reasons_not_to_fine,
            package=package.manifest_sha256,
            media=package.media,
        )
        media = tuple(OutboxMedia(file.sha256, package.folder / file.name, file.size_bytes) for file in package.media)
        return Proven(finding, media)
