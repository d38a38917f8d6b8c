"""Lets patrols judge what is seen, and turns accusations into proven findings, or into nothing."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from edge.agent.plate_desk import PlateDesk
from edge.agent.witness import AFTER_S, Charge, Witness
from edge.loop.seen import Seen
from edge.outbox.rows import OutboxMedia
from edge.patrol.beat import Beat
from edge.patrol.linked import Linked
from edge.patrol.patrol import Judged, Patrol
from edge.patrol.surroundings import Surroundings
from violations.errors import EvidenceBroken, EvidenceError
from violations.evidence.gate import View
from violations.rules.accusation import Accusation, Doubt, Occurrence, Withheld
from violations.rules.exemptions import exempted
from vision.errors import SourceError
from vision.events.bodies import Finding
from vision.events.lamps import LampTimeline
from vision.plates.voted import VotedPlate
from vision.traffic.incidents.follower import Follower

log = logging.getLogger(__name__)

# What was said of a track that was not judged again for so long is forgotten; ids are never used twice.
REMEMBERED_S = 600.0
MOST_REMEMBERED = 10_000

Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Proven:
    """A finding whose package is on disk, and the files that must travel before it."""

    finding: Finding
    media: tuple[OutboxMedia, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An accusation that waits for the pictures after it, the signal group its lamp belongs to, and the sighting at
    another camera that it rests on."""

    occurrence: Occurrence
    accusation: Accusation
    group: str | None
    linked: Linked | None = None


class Prosecutor:
    """Holds each accusation until the pictures after it are in, then has it proven.

    One finding per track, offence and place: the first. unproven: accusations dropped because no proof could be made
    of them. There is no claim without proof. withheld: how often which doubt alone kept somebody from being accused.
    """

    def __init__(
        self,
        patrols: Sequence[Patrol],
        witness: Witness,
        follower: Follower,
        surroundings: Surroundings,
        lamps: Mapping[str, LampTimeline],
        *,
        plates: PlateDesk | None = None,
        view: Callable[[], View] = lambda: View.UNKNOWN,
    ) -> None:
        """view: whether anybody watches that the camera looks where the scene was drawn, and what he says now."""
        self._beat = Beat(patrols, follower, surroundings, lamps)
        self._witness = witness
        self._surroundings = surroundings
        self._lamps = lamps
        self._plates = plates
        self._view = view
        self._said: dict[tuple[Key, Withheld | None], float] = {}
        self._stays: frozenset[int] = frozenset()
        self._waiting: list[Waiting] = []
        self._now_s = 0.0
        self.unproven = 0
        self.withheld: Counter[Withheld] = Counter()

    def watch(self, seen: Seen) -> list[Proven]:
        """Take in one frame; the findings whose proof became complete with it."""
        self._now_s = seen.frame.media_s
        self._witness.remember(seen)
        if self._plates is not None:
            self._plates.see(seen)
        self._take(self._beat.see(seen))
        self._keep_stays(seen)
        ripe = [one for one in self._waiting if self._now_s >= one.occurrence.at_s + AFTER_S]
        return self._prove(ripe)

    def finish(self) -> list[Proven]:
        """The source has ended: judge what waits by what is known, and prove it with the pictures there are."""
        self._take(self._beat.finish())
        return self._prove(list(self._waiting))

    def _take(self, judged: Iterable[Judged]) -> None:
        for one in judged:
            verdict = one.verdict
            if verdict.accusation is not None:
                if self._first(one.occurrence, verdict.accusation.offence, None):
                    self._waiting.append(Waiting(one.occurrence, verdict.accusation, one.group, one.linked))
            elif verdict.withheld is not None and self._first(one.occurrence, "", verdict.withheld):
                self._withhold(one.occurrence, verdict.withheld)
        if len(self._said) > MOST_REMEMBERED:
            self._said = {key: at_s for key, at_s in self._said.items() if self._now_s - at_s < REMEMBERED_S}

    def _first(self, occurrence: Occurrence, offence: str, why: Withheld | None) -> bool:
        """Whether this was never said before of that track at that place."""
        key = ((occurrence.track, offence, occurrence.place), why)
        known = key in self._said
        self._said[key] = self._now_s
        return not known

    def _keep_stays(self, seen: Seen) -> None:
        stays = self._beat.stays
        held = stays | {one.occurrence.track for one in self._waiting}
        for track in sorted(stays - self._stays):
            self._witness.keep_still(track, seen)
        for track in sorted(self._stays - held):
            self._witness.release_still(track)
        self._stays = stays | (self._stays & held)

    def _withhold(self, occurrence: Occurrence, why: Withheld) -> None:
        self.withheld[why] += 1
        log.info("track %d at %.2f s on %s: not accused: %s", occurrence.track, occurrence.at_s, occurrence.place, why)

    def _prove(self, ripe: Sequence[Waiting]) -> list[Proven]:
        proven = []
        for one in ripe:
            self._waiting.remove(one)
            why_not = self._found_later(one)
            if why_not is not None:
                self._withhold(one.occurrence, why_not)
                continue
            try:
                proven.append(self._proof(one))
            except EvidenceBroken:
                raise
            except (EvidenceError, SourceError) as error:
                self.unproven += 1
                log.warning("an accusation was dropped, because no proof could be made: %s", error)
        return proven

    def _found_later(self, one: Waiting) -> Withheld | None:
        """What was found out since the judgement: the view is known to have moved, or an officer's window was written.

        Whether an officer or an ambulance could explain the offence, the rule said by naming the doubt.
        """
        around = self._surroundings.of(one.occurrence.since_s, one.occurrence.at_s + AFTER_S)
        return exempted(around, traffic=Doubt.OFFICER_UNSEEN in one.accusation.reasons_not_to_fine)

    def _proof(self, one: Waiting) -> Proven:
        proof = self._witness.testify(self._charge(one))
        files = proof.package.media
        media = tuple(OutboxMedia(file.sha256, proof.package.folder / file.name, file.size_bytes) for file in files)
        return Proven(proof.finding, media)

    def _charge(self, one: Waiting) -> Charge:
        """With the plate of that very track, and all that is known of the lamp. Where the plate is what two sightings
        were linked by, it is the one that was read then."""
        plate = one.linked.read if one.linked is not None else self._plate(one.occurrence)
        accusation = one.accusation
        if self._plates is not None and (plate is None or plate.text is None):
            doubts = (*accusation.reasons_not_to_fine, Doubt.PLATE_AMBIGUOUS)
            accusation = replace(accusation, reasons_not_to_fine=doubts)
        timeline = self._lamps.get(one.group) if one.group is not None else None
        return Charge(
            accusation=accusation,
            occurrence=one.occurrence,
            lamp=timeline.at(one.occurrence.at_s) if timeline else None,
            spans=timeline.spans if timeline else (),
            plate=plate,
            view=self._view(),
            linked=one.linked,
        )

    def _plate(self, occurrence: Occurrence) -> VotedPlate | None:
        return self._plates.read(occurrence.track, occurrence.at_s) if self._plates is not None else None
