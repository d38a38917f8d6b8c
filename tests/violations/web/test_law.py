"""What the law says of a case stands on its pages whole: the amount, what else the text says, and what is not known."""

from datetime import timedelta

import pytest
import yaml

from violations.law.catalogue import shipped_catalogue
from violations.store.districts import assign_camera
from violations.web.texts import TEXTS

LANGUAGES = ("vi", "en")
PLATE = "29A-123.45"
OLD_LAW = timedelta(days=130)
"""Before 15 August 2026, by the desk's own clock."""


def page(desk, case, language, path=""):
    return desk.client.get(f"/cases/{case}{path}?lang={language}").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remark_of_the_catalogue_is_a_sentence_in_both_languages(language):
    words = yaml.safe_load((TEXTS / f"{language}.yaml").read_text(encoding="utf-8"))["law_remark"]
    catalogue = shipped_catalogue()
    remarks = {row.remark for row in catalogue.rows} | {place.note for place in catalogue.localities.values()}
    assert remarks - {""} == words.keys()


@pytest.mark.parametrize(("language", "told"), [("vi", "là cách hiểu của chúng tôi"), ("en", "is our reading")])
@pytest.mark.parametrize("path", ["", "/file"])
def test_what_is_our_reading_is_said_beside_the_amount(language, told, path, *, desk):
    assert told in page(desk, desk.add(offence="bus_lane"), language, path)


@pytest.mark.parametrize(("language", "told"), [("vi", "Chưa có mức phạt"), ("en", "holds no fine yet")])
@pytest.mark.parametrize(("offence", "vehicle"), [("box_blocking", "car"), ("red_light", "bicycle")])
def test_where_the_catalogue_knows_no_amount_the_pages_say_so(language, told, offence, vehicle, *, desk):
    case = desk.add(offence=offence, vehicle=vehicle)
    for path in ("", "/file"):
        assert told in page(desk, case, language, path)


@pytest.mark.parametrize(("language", "told"), [("vi", "có văn bản sửa đổi từ 15/08/2026"), ("en", "from 15/08/2026")])
def test_on_either_side_of_the_amendment_the_page_says_how_sure_the_amount_is(language, told, desk):
    before, after = desk.add(age=OLD_LAW), desk.add()
    assert told in page(desk, after, language)
    assert told not in page(desk, before, language)


@pytest.mark.parametrize(("language", "told"), [("vi", "Luật Thủ đô"), ("en", "the Capital Law")])
def test_a_camera_in_a_locality_that_may_set_its_own_amounts_says_so(language, told, desk):
    case = desk.add()
    assert told not in page(desk, case, language)
    assign_camera(desk.engine, "cam.north", "Cầu Giấy, Hà Nội")
    assert told in page(desk, case, language)


@pytest.mark.parametrize(
    ("language", "told", "none"),
    [
        ("vi", "mức lớn nhất (4 điểm)", "không phát hiện nào bị trừ điểm"),
        ("en", "deduction (4 points)", "takes points"),
    ],
)
def test_offences_of_one_occasion_cost_one_deduction_and_both_pages_say_so(language, told, none, *, desk):
    red = desk.add(plate=PLATE, vehicle="motorbike")
    assert told not in page(desk, red, language)
    way = desk.add(plate=PLATE, vehicle="motorbike", offence="wrong_way")
    for case in (red, way):
        assert told in page(desk, case, language)
    lane, line = (
        desk.add(plate="29A-543.21", vehicle="motorbike", offence=one) for one in ("wrong_lane", "solid_line")
    )
    for path in ("", "/file"):
        assert none in page(desk, lane, language, path)
        assert none in page(desk, line, language, path)
