import pytest

from signals.demand.pcu import load_pcu_tables, pcu_table, shipped_pcu_tables
from signals.errors import PcuTableError


def test_the_default_table_holds_the_numbers_of_the_standard():
    table = pcu_table()
    assert table.name == "tcvn_4054_2005"
    assert table.unit == "pcu"
    assert table.factors["motorbike"] == 0.3
    assert table.factors["bicycle"] == 0.2
    assert table.units_per_car == 1.0


def test_the_hanoi_table_counts_in_motorbikes():
    table = pcu_table("hanoi_motorbike_units_2012")
    assert (table.unit, table.factors["motorbike"], table.factors["car"], table.factors["bus"]) == (
        "mcu",
        1.0,
        3.4,
        10.5,
    )
    assert "truck" in table.assumed


def test_every_shipped_table_says_where_it_comes_from():
    for name, table in shipped_pcu_tables().items():
        assert table.name == name
        assert table.source
        assert table.certainty != "legal_text"


def test_an_unknown_table_is_refused_with_the_names_there_are():
    with pytest.raises(PcuTableError, match=r"no table .* furlongs.*tcvn_4054_2005"):
        pcu_table("furlongs")


def test_a_site_may_bring_its_own_tables(tmp_path):
    file = tmp_path / "ours.yaml"
    file.write_text(
        "ours: {title: Ours, unit: pcu, source: survey, certainty: inference, dated: 2026-01-02,"
        " factors: {motorbike: 0.25, bicycle: 0.2, car: 1, bus: 2, truck: 2}}"
    )
    assert load_pcu_tables(file)["ours"].factors["motorbike"] == 0.25


@pytest.mark.parametrize(
    "text",
    [
        "- a list",
        "ours: 3",
        "ours: {title: Ours",
        "ours: {title: O, unit: pcu, source: s, certainty: inference, dated: 2026-01-02, factors: {car: 1}}",
        "ours: {title: O, unit: pcu, source: s, certainty: inference, dated: 2026-01-02,"
        " factors: {motorbike: -1, bicycle: 0.2, car: 1, bus: 2, truck: 2}}",
    ],
)
def test_a_wrong_table_file_is_refused_by_name(tmp_path, text):
    file = tmp_path / "wrong.yaml"
    file.write_text(text)
    with pytest.raises(PcuTableError, match=r"wrong\.yaml"):
        load_pcu_tables(file)
