"""Bodies shown in the OpenAPI document; the tests send each of them."""

from typing import Any

STATED_FLOWS: dict[str, Any] = {
    "junction": {
        "name": "Phố Huế - Trần Khát Chân",
        "movements": [
            {"id": "north", "saturation_flow_pcu_h": 3600},
            {"id": "south", "saturation_flow_pcu_h": 3600},
            {"id": "east", "width_m": 7.0},
            {"id": "west", "width_m": 7.0},
        ],
        "stages": [
            {"id": "A", "movements": ["north", "south"]},
            {"id": "B", "movements": ["east", "west"]},
        ],
    },
    "flows": {
        "north": {"pcu_h": 1150},
        "south": {"veh_h_by_kind": {"motorbike": 2400, "car": 310, "bus": 22}},
        "east": {"counts": {"motorbike": 610, "car": 74, "truck": 6}, "interval_s": 900},
        "west": {"pcu_h": 820, "error_pcu_h": 60},
    },
}

COUNTED_FLOWS: dict[str, Any] = {
    "junction": {
        "name": "two one-way streets",
        "movements": [{"id": "main", "width_m": 10.5}, {"id": "side", "saturation_flow_pcu_h": 1800}],
        "stages": [{"id": "A", "movements": ["main"]}, {"id": "B", "movements": ["side"], "min_green_s": 10}],
    },
    "counts": [
        {
            "line": "main_in",
            "since_s": 0,
            "until_s": 900,
            "coverage": 0.98,
            "counts": {"left_to_right": {"motorbike": 910, "car": 121, "bus": 4}},
        },
        {
            "line": "side_in",
            "since_s": 0,
            "until_s": 900,
            "coverage": 1.0,
            "counts": {"right_to_left": {"motorbike": 340, "car": 38}},
        },
    ],
    "mapping": [
        {"line": "main_in", "direction": "left_to_right", "movement": "main"},
        {"line": "side_in", "direction": "right_to_left", "movement": "side"},
    ],
}
