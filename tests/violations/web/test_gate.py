"""The reviewer is told whether the record is in order for a prosecution, and what it lacks."""

import pytest


@pytest.mark.parametrize(
    ("language", "gate", "told"),
    [
        ("en", {"prosecutable": True, "reasons": []}, ["In order for a prosecution"]),
        ("vi", {"prosecutable": True, "reasons": []}, ["Đủ điều kiện để xử lý"]),
        (
            "en",
            {"prosecutable": False, "reasons": ["recording", "clock_error"]},
            ["For information only", "come from a recording", "wrong by more than is allowed"],
        ),
        (
            "vi",
            {"prosecutable": False, "reasons": ["view_moved"]},
            ["Chỉ để tham khảo", "Camera có thể đã bị xê dịch."],
        ),
        ("en", None, ["For information only: the agent that sent it knew no gate."]),
    ],
)
def test_the_gate_is_told_in_one_line(desk, language, gate, told):
    case = desk.add(**({"gate": gate} if gate else {}))
    page = desk.client.get(f"/cases/{case}?lang={language}").text
    for words in told:
        assert words in page


def test_a_reason_of_a_newer_agent_is_shown_as_it_stands_and_cannot_become_markup(desk):
    case = desk.add(gate={"prosecutable": False, "reasons": ["moon_too_bright"]})
    assert "moon_too_bright" in desk.client.get(f"/cases/{case}").text
