"""One vehicle seen by two cameras: what the second one's accusation, or suspicion, rests on beside its own pictures."""

from dataclasses import dataclass

from vision.plates.sightings import SeenThen, Sighting
from vision.plates.voted import VotedPlate


@dataclass(frozen=True, slots=True)
class Linked:
    """
    name       of the section or road in the site file, whose SHA-256 is site_sha256
    earlier    the sighting at the other camera, then: what is kept of it
    later      the sighting at this one, whose plate was `read`
    """

    name: str
    site_sha256: str
    earlier: Sighting
    then: SeenThen
    later: Sighting
    read: VotedPlate
