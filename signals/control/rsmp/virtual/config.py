"""What a virtual controller is set to, as bytes: statuses S0097 (checksum) and S0098 (the whole of it)."""

import json
from hashlib import sha256

from signals.control.rsmp.virtual.works import Works


def config_bytes(works: Works) -> bytes:
    """The same settings give the same bytes. No codes, no clock, nothing that traffic changes."""
    table = works.cabinet.table
    programs = {number: works.programs.program(number) for number in works.programs.numbers}
    settings = {
        "groups": list(works.layout.groups),
        "stages": {name: runs.tolist() for name, runs in zip(table.stages, table.runs, strict=True)},
        "conflicts": table.conflict.tolist(),
        "intergreen_s": table.intergreen_s.tolist(),
        "yellow_s": table.yellow_s,
        "stage_min_s": table.stage_min_s.tolist(),
        "max_red_s": table.max_red_s.tolist(),
        "plans": {
            number: {"greens_s": each.greens_s, "offset_s": each.offset_s, "bands": dict(sorted(each.bands.items()))}
            for number, each in programs.items()
        },
        "week": dict(sorted(works.calendar.week.items())),
        "days": works.calendar.days,
        "sensitivity": works.detectors.sensitivity,
        "band_timeout_minutes": works.band_timeout_minutes,
    }
    return json.dumps(settings, sort_keys=True, separators=(",", ":")).encode()


def checksum(works: Works) -> str:
    """SHA-256 of the very bytes, in hexadecimal."""
    return sha256(config_bytes(works)).hexdigest()
