"""The supervisors' page and the public ledger in both languages; the queue's filters."""

from datetime import UTC, date, datetime, timedelta

import pytest

from violations.cases.reasons import Ruling
from violations.cases.states import Actor, Role, Verdict
from violations.store.camera_stops import stopped_cameras
from violations.store.case_steps import give_verdict
from violations.web.desk_charts import day_chart, share_bar

LAN = Actor("Lan", Role.REVIEWER)
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def act(desk, camera="cam.north", deed="stop", reason="kính bẩn", **more):
    desk.client.get("/system/desk")
    fields = {"token": desk.client.cookies["ngatu_token"], "camera": camera, "deed": deed, "reason": reason} | more
    headers = {"sec-fetch-site": "same-origin"}
    return desk.client.post("/system/desk/camera", data=fields, headers=headers, follow_redirects=False)


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "Tỷ lệ sai của camera"), ("en", "How often each camera was wrong")]
)
def test_the_page_tells_days_ages_people_and_cameras_with_their_error_bars(desk, language, words):
    for _ in range(3):
        case = desk.add(age=timedelta(days=12))
    give_verdict(desk.engine, case, Ruling(Verdict.REJECT, "no_offence"), actor=LAN, version=1, now=NOW)
    page = desk.client.get(f"/system/desk?lang={language}").text
    assert words in page
    assert "<td>Lan</td>" in page
    assert 'class="error-bar"' in page
    assert 'class="verdict-reject"' in page


def test_one_click_with_a_reason_stops_a_camera_and_another_starts_it(desk):
    desk.add()
    assert act(desk).status_code == 303
    assert stopped_cameras(desk.engine)["cam.north"].reason == "kính bẩn"
    page = desk.client.get("/system/desk?lang=en").text
    assert "Use it again" in page
    desk.add()
    assert "camera_stopped" not in desk.client.get("/cases/2?lang=en").text
    assert "The office has stopped this camera" in desk.client.get("/cases/2?lang=en").text
    assert act(desk, deed="start", reason="đã lau").status_code == 303
    assert not stopped_cameras(desk.engine)


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({"reason": " "}, 422, "Hãy ghi lý do"),
        ({"camera": "cam.nowhere"}, 404, "Không có camera này"),
        ({"deed": "start"}, 409, "Camera đã ở trạng thái này"),
        ({"token": "x"}, 403, ""),
    ],
)
def test_a_stop_that_cannot_be_is_a_sentence_and_changes_nothing(desk, changed, status, sentence):
    desk.add()
    answer = act(desk, **changed)
    assert answer.status_code == status
    assert sentence in answer.text
    assert not stopped_cameras(desk.engine)


@pytest.mark.parametrize(("language", "words"), [("vi", "Sổ sai sót công khai"), ("en", "Public error ledger")])
def test_the_public_ledger_is_open_to_everybody_and_names_nobody(desk, language, words):
    for n in range(6):
        case = desk.add(age=timedelta(days=30, minutes=n), plate=f"29A-1234{n}")
        give_verdict(desk.engine, case, Ruling(Verdict.ACCEPT), actor=LAN, version=1, now=NOW)
    page = desk.client.get(f"/error-ledger?lang={language}")
    assert page.status_code == 200
    assert words in page.text
    assert "10/2026" in page.text
    assert "cam.north" in page.text
    assert "29A" not in page.text
    assert "Lan<" not in page.text
    assert f'href="/error-ledger?lang={language}"' in page.text


def test_the_queue_is_filtered_and_paged(desk):
    for n in range(52):
        desk.add(age=timedelta(minutes=n), plate=f"29A-123.{n:02d}", camera="cam.south" if n == 7 else "cam.north")
    page = desk.client.get("/queue").text
    assert page.count("data-entry") == 50
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].rstrip('" ').replace("&amp;", "&")
    assert desk.client.get(following).text.count("data-entry") == 2
    assert desk.client.get("/queue?plate=29a12307").text.count("data-entry") == 1
    assert desk.client.get("/queue?camera=cam.south&offence=red_light").text.count("data-entry") == 1
    nothing = desk.client.get("/queue?camera=cam.none&lang=en").text
    assert "No case fits" in nothing
    assert desk.client.get("/queue?after=%00nonsense").status_code == 200


def test_bars_stand_on_their_axis_and_never_leave_the_drawing():
    chart = day_chart([(date(2026, 11, 1), {Verdict.ACCEPT: 130, Verdict.REJECT: 20})])
    (bar,) = chart.bars
    assert (chart.most, bar.total) == (200, 150)
    assert bar.pieces[0].y + bar.pieces[0].height == 132
    assert bar.pieces[1].y + bar.pieces[1].height == pytest.approx(bar.pieces[0].y, abs=0.11)
    assert bar.pieces[1].y >= 12
    drawn = share_bar(0.5, 0.2, 1.0, 0.1, most=0.4)
    assert (drawn.low, drawn.rate, drawn.high, drawn.limit) == (100.0, 200.0, 200.0, 50.0)
