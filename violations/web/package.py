"""What the evidence package itself states: which frame each still is, the lamps around the moment, who looked."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from violations.evidence.record import EvidenceRecord, Manifest, Still
from violations.store.errors import EvidenceNotFoundError
from violations.store.evidence_files import EvidenceShelf

LARGEST_MANIFEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """`record` None: the manifest cannot be read, and the page says so. `stills` by the SHA-256 of their files."""

    record: EvidenceRecord | None
    stills: Mapping[str, Still]


NOTHING = PackageFacts(None, {})


def read_package(shelf: EvidenceShelf, manifest_sha256: str) -> PackageFacts:
    """The shelf already made sure that the bytes are those the finding named."""
    try:
        file, path = shelf.get(manifest_sha256)
        if file.size_bytes > LARGEST_MANIFEST_BYTES:
            return NOTHING
        manifest = Manifest.model_validate_json(path.read_bytes())
    except (EvidenceNotFoundError, ValidationError, OSError):
        return NOTHING
    hashes = {file.name: file.sha256 for file in manifest.files}
    return PackageFacts(
        manifest.record, {hashes[still.name]: still for still in manifest.record.stills if still.name in hashes}
    )
