import pytest

from vision.errors import PcuTableError
from vision.pcu import pcu_table, pcu_table_beside, shipped_pcu_tables

OURS = (
    "ours: {title: Ours, unit: pcu, source: survey, certainty: inference, dated: 2026-01-02,"
    " factors: {motorbike: 0.25, bicycle: 0.2, car: 1, bus: 2, truck: 2}}"
)


def test_a_scene_that_names_no_table_gets_the_default(tmp_path):
    assert pcu_table_beside(None, tmp_path) == pcu_table()


def test_a_site_keeps_its_own_tables_beside_its_scene(tmp_path):
    (tmp_path / "pcu_tables.yaml").write_text(OURS)
    assert pcu_table_beside("ours", tmp_path).factors["motorbike"] == 0.25
    assert pcu_table_beside("hanoi_motorbike_units_2012", tmp_path).unit == "mcu"


def test_a_table_that_is_nowhere_is_refused_with_the_names_there_are(tmp_path):
    with pytest.raises(PcuTableError, match=r"no table .* theirs; there are: hanoi"):
        pcu_table_beside("theirs", tmp_path)
    (tmp_path / "pcu_tables.yaml").write_text(OURS)
    with pytest.raises(PcuTableError, match=r"pcu_tables\.yaml: wanted .* theirs, found .*ours"):
        pcu_table_beside("theirs", tmp_path)


def test_a_shipped_table_is_never_edited_in_place():
    with pytest.raises(ValueError, match="frozen"):
        shipped_pcu_tables()["tcvn_4054_2005"].unit = "mcu"
