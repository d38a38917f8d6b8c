"""A SUMO net is read without SUMO; what is no net, or has no signals, is named."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from signals.errors import JunctionError
from signals.sumo.net import read_net


def test_links_carry_their_lamp_their_way_and_their_place_in_the_right_of_way(write_net: Callable[..., Path]) -> None:
    net = read_net(write_net())
    left = net.links["C"][1]
    assert (left.index, left.from_lane, left.to_lane, left.direction) == (1, "Nin_1", "Eout_0", "l")
    assert (left.junction, left.request, left.path) == ("C", 1, (":C_1_0",))
    table = net.right_of_way["C"]
    assert table.foes[1].tolist() == [False, False, True, True, True]
    assert table.yields[1, 3] and not table.yields[3, 1]


def test_a_packed_net_is_the_same_net(write_net: Callable[..., Path], tmp_path: Path) -> None:
    packed = tmp_path / "small.net.xml.gz"
    packed.write_bytes(gzip.compress(write_net().read_bytes()))
    assert read_net(packed).links == read_net(tmp_path / "small.net.xml").links


def test_a_net_without_signals_is_named_with_what_would_make_some(write_net: Callable[..., Path]) -> None:
    with pytest.raises(JunctionError, match=r"has no signals: wanted .*tlLogic.*--tls.guess"):
        read_net(write_net(signals=False))


@pytest.mark.parametrize("text", ["", "no xml", "<routes/>", '<?xml version="1.0"?><net>'])
def test_what_is_no_net_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.net.xml"
    file.write_text(text, "utf-8")
    with pytest.raises(JunctionError, match=r"odd\.net\.xml"):
        read_net(file)
    with pytest.raises(JunctionError, match="cannot be read"):
        read_net(tmp_path / "absent.net.xml")
