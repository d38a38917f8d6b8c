"""A package on its way out: masked unless somebody says why not, signed by whoever lets it leave."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from edge.errors import UsageError
from violations.evidence.export import Exporter, export_masked, export_unmasked
from violations.evidence.keys import PublicKey, SigningKey, load_key, load_or_make_key
from violations.evidence.record import EvidenceRecord
from violations.law.catalogue import fine, speeding_offence
from violations.law.worded import Worded, worded
from violations.rules import speeding
from vision.masking.painter import Painter

EXPORTER_KEY = "exporter.key"


def export(path: Path, target: Path, reason: str | None, key: Path | None, keys: tuple[PublicKey, ...]) -> None:
    """Write the zip `target`. reason: why it is not masked, None where it is. key: the exporter's own key file.

    Raises EvidenceError, SourceError, UsageError, with nothing written.
    """
    exporter = Exporter(load_key(key.expanduser()) if key else own_key(), datetime.now(UTC), law_of)
    if reason is not None:
        export_unmasked(path, target.expanduser(), exporter, reason, keys)
    else:
        export_masked(path, target.expanduser(), exporter, Painter(), keys)


def law_of(record: EvidenceRecord) -> Sequence[Worded]:
    """What the catalogue says of the recorded offence on its day, for the whole country: a record names no district."""
    over_kmh = next((one.value for one in record.measures if one.name == speeding.OVER_LIMIT), None)
    band = speeding_offence(over_kmh) if over_kmh is not None and record.offence == speeding.OFFENCE else None
    return worded(fine(band or record.offence, record.vehicle, record.time))


def own_key() -> SigningKey:
    """Of whoever runs this: made at the first export, kept with the user's other state."""
    folder = Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser() / "ngatu"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(f"--sign-with: wanted a folder for a key at {folder}, found: {error.strerror}") from error
    return load_or_make_key(folder / EXPORTER_KEY)
