"""A coordinated street as plain values, for programs."""

from collections.abc import Sequence

from signals.optimize.corridor.coordinate import Coordination
from signals.optimize.corridor.green_wave import speeds_mps
from signals.optimize.corridor.street import Street
from signals.report.time_space import Arrival, on_green

KMH_PER_MPS = 3.6


def wave_document(street: Street, found: Coordination, came: Sequence[Arrival]) -> dict[str, object]:
    out, back = speeds_mps(street, found.wave)
    met = on_green(street, found, came)
    return {
        "street": street.name,
        "method": found.method,
        "cycle_s": found.cycle_s,
        "outbound_band_s": found.wave.outbound_s,
        "inbound_band_s": found.wave.inbound_s,
        "outbound_kmh": [speed * KMH_PER_MPS for speed in out],
        "inbound_kmh": [speed * KMH_PER_MPS for speed in back],
        "delay_veh_h": found.delay_veh_h,
        "worst": {"junction": found.worst[0], "movement": found.worst[1]},
        "junctions": [
            {
                "junction": part.junction.name,
                "offset_s": part.plan.offset_s,
                "greens_s": {stage.stage: stage.green_s for stage in part.plan.stages},
                "movements": {
                    one.movement: {"delay_s": one.delay_s, "saturation_degree": one.saturation_degree}
                    for one in part.performance
                },
                "arrivals": {
                    way: {"on_green": met[part.junction.name, outbound][0], "of": met[part.junction.name, outbound][1]}
                    for way, outbound in (("outbound", True), ("inbound", False))
                    if (part.junction.name, outbound) in met
                },
            }
            for part in found.parts
        ],
        "tried": [
            {"cycle_s": cycle_s, "delay_veh_h": delay, "outbound_band_s": one, "inbound_band_s": other}
            for cycle_s, delay, one, other in found.tried
        ],
        "warnings": list(found.warnings),
    }
