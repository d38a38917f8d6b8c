from datetime import timedelta
from html import escape
from html.parser import HTMLParser

import pytest

from violations.cases.reasons import REJECTION_REASONS
from violations.cases.states import CaseState
from violations.store.cases import case_history, get_case

XSS = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
LANGUAGES = ("vi", "en")


class Elements(HTMLParser):
    """Every element of a page with its attributes, as a browser would read them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    ("language", "title", "offence", "unread"),
    [("vi", "Hàng chờ", "Vượt đèn đỏ", "chưa đọc được"), ("en", "Queue", "Running a red light", "not read yet")],
)
def test_the_queue_tells_each_case_in_words(desk, language, title, offence, unread):
    desk.add(age=timedelta(days=8))
    page = desk.client.get(f"/queue?lang={language}").text
    assert f'<html lang="{language}"' in page
    for words in (title, offence, unread, "cam.north", "stop_1", "13/11/2026 15:00:00", "23/11/2026"):
        assert words in page


def test_the_queue_shows_the_oldest_recording_first_and_only_undecided_cases(desk):
    young, old, decided = desk.add(), desk.add(age=timedelta(days=5)), desk.add(age=timedelta(days=6))
    desk.decide(decided, verdict="accept")
    page = desk.client.get("/queue").text
    assert page.index(f'href="/cases/{old}"') < page.index(f'href="/cases/{young}"')
    assert f'href="/cases/{decided}"' not in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/queue", "/cases", "/cases?state=rejected"])
def test_rooms_without_cases_say_so(desk, path, language):
    response = desk.client.get(path, params={"lang": language})
    assert response.status_code == 200
    assert 'class="empty"' in response.text


def test_the_home_page_is_the_queue(desk):
    answer = desk.client.get("/?lang=en")
    assert answer.url.path == "/queue"
    assert '<html lang="en"' in answer.text


def test_cases_can_be_filtered_by_state_and_paged(desk):
    cases = [desk.add() for _ in range(52)]
    desk.decide(cases[0], verdict="accept")
    accepted = desk.client.get("/cases?state=accepted").text
    assert f'href="/cases/{cases[0]}"' in accepted
    assert f'href="/cases/{cases[1]}"' not in accepted
    first = desk.client.get("/cases").text
    assert f"before={cases[2]}" in first
    second = desk.client.get(f"/cases?before={cases[2]}").text
    assert f'href="/cases/{cases[0]}"' in second
    assert f'href="/cases/{cases[2]}"' not in second


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_shows_its_evidence_measures_lamp_and_hashes(desk, language):
    case = desk.add(reasons_not_to_fine=["lamp_error_large"], plate="29A-123.45")
    page = desk.client.get(f"/cases/{case}?lang={language}").text
    finding = get_case(desk.engine, case).finding
    for file in finding.media:
        assert f"/api/evidence/{file.sha256}" in page
        assert page.count(file.sha256) >= 2
    value = "3,20 ± 0,15" if language == "vi" else "3.20 ± 0.15"
    for words in (value, "29A-123.45", "lamp_error_large", finding.package, "<video", 'class="lamp-red"'):
        assert words in page


@pytest.mark.parametrize(
    ("language", "place"),
    [
        ("vi", "Điểm b khoản 9 Điều 6 Nghị định 168/2024/NĐ-CP"),
        ("en", "Decree 168/2024/NĐ-CP, article 6, clause 9, point b"),
    ],
)
def test_the_law_stands_beside_the_case_with_its_source_and_certainty(desk, language, place):
    page = desk.client.get(f"/cases/{desk.add()}?lang={language}").text
    for words in ("18.000.000\N{NO-BREAK SPACE}₫", "20.000.000\N{NO-BREAK SPACE}₫", place, "16824.6.9.b", "15/08/2026"):
        assert words in page


def test_an_offence_the_catalogue_does_not_know_gets_no_amount(desk):
    page = desk.client.get(f"/cases/{desk.add(offence='new_offence')}").text
    assert "₫" not in page
    assert "Chưa có mức phạt" in page


def test_reasons_not_to_fine_stand_above_the_verdict_buttons(desk):
    page = desk.client.get(f"/cases/{desk.add(reasons_not_to_fine=['doubt_a'])}").text
    assert page.index("doubt_a") < page.index('value="accept"')


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_from_outside_are_never_markup(desk, language):
    case = desk.add(
        plate=XSS,
        reasons_not_to_fine=[XSS],
        measures=[{"name": "speed_mps", "value": 1, "error": 1, "unit": XSS}],
    )
    desk.decide(case, verdict="reject", reason="other", note=XSS, reviewer=XSS[:80])
    for path in ("/queue", "/cases", f"/cases/{case}", f"/queue?decided={case}", "/cases?state=" + XSS):
        page = desk.client.get(path, params={"lang": language} if "?" not in path else None).text
        for tag, attributes in Elements(page).found:
            assert attributes.get("src") != "x", path
            assert not any(name.startswith("on") for name in attributes), path
            assert tag != "script" or (attributes.get("src") or "").startswith("/static/"), path
    assert escape(XSS, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page_of(desk, case)


def page_of(desk, case: int) -> str:
    return desk.client.get(f"/cases/{case}").text


def test_accepting_records_who_and_goes_on_to_the_next_case(desk):
    old, young = desk.add(age=timedelta(days=2)), desk.add()
    response = desk.decide(old, verdict="accept", reviewer="Nguyễn Lan")
    assert (response.status_code, response.headers["location"]) == (303, f"/cases/{young}?decided={old}")
    assert get_case(desk.engine, old).state is CaseState.ACCEPTED
    assert case_history(desk.engine, old)[-1].who == "Nguyễn Lan"
    page = desk.client.get(response.headers["location"]).text
    assert "data-say=" in page
    assert 'value="Nguyễn Lan"' in page


def test_after_the_last_case_comes_the_queue(desk):
    case = desk.add()
    assert desk.decide(case, verdict="accept").headers["location"] == f"/queue?decided={case}"


def test_rejecting_records_reason_and_note(desk):
    case = desk.add()
    assert desk.decide(case, verdict="reject", reason="priority_vehicle", note="xe cứu thương").status_code == 303
    last = case_history(desk.engine, case)[-1]
    assert (last.to_state, last.reason, last.note) == (CaseState.REJECTED, "priority_vehicle", "xe cứu thương")
    assert "xe cứu thương" in page_of(desk, case)


@pytest.mark.parametrize(
    ("language", "sentence"), [("vi", "Hãy chọn lý do bác bỏ."), ("en", "Choose a reason for rejecting.")]
)
def test_a_rejection_without_reason_is_explained_and_keeps_what_was_typed(desk, language, sentence):
    case = desk.add()
    desk.client.get(f"/queue?lang={language}")
    response = desk.decide(case, verdict="reject", note="gần như chắc", reviewer="Bình")
    assert response.status_code == 422
    for words in (sentence, "gần như chắc", 'value="Bình"'):
        assert words in response.text
    assert get_case(desk.engine, case).state is CaseState.DETECTED


@pytest.mark.parametrize(("language", "state"), [("vi", "Đã chấp nhận"), ("en", "Accepted")])
def test_a_case_someone_else_decided_meanwhile_is_explained_and_keeps_what_was_typed(desk, language, state):
    case = desk.add()
    desk.decide(case, verdict="accept", reviewer="An")
    desk.client.get(f"/queue?lang={language}")
    response = desk.decide(case, verdict="reject", reason="duplicate", note="trùng hồ sơ 3")
    reason = next(reason for reason in REJECTION_REASONS if reason.code == "duplicate")
    assert response.status_code == 409
    for words in (state, "trùng hồ sơ 3", getattr(reason, language)):
        assert words in response.text
    assert [entry.who for entry in case_history(desk.engine, case)][-1] == "An"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"origin": "http://testserver"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site", "origin": "http://testserver"}, False),
        ({"origin": "http://elsewhere.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_only_forms_of_our_own_origin_decide(desk, headers, allowed):
    case = desk.add()
    response = desk.decide(case, headers=headers, verdict="accept")
    assert response.status_code == (303 if allowed else 403)
    assert (get_case(desk.engine, case).state is CaseState.ACCEPTED) == allowed


@pytest.mark.parametrize("token", ["", "guessed", "é" * 40])
def test_a_form_without_the_browsers_own_token_decides_nothing(desk, token):
    case = desk.add()
    response = desk.decide(case, verdict="accept", token=token)
    assert response.status_code == 403
    assert get_case(desk.engine, case).state is CaseState.DETECTED


def test_a_huge_form_is_refused_before_it_is_held(desk):
    assert desk.decide(desk.add(), verdict="accept", note="x" * 100_000).status_code == 413


@pytest.mark.parametrize(("language", "title"), [("vi", "Không có trang này"), ("en", "There is no such page")])
@pytest.mark.parametrize("number", ["999", "99999999999999999999"])
def test_a_case_that_does_not_exist_gets_a_designed_page(desk, language, title, number):
    response = desk.client.get(f"/cases/{number}?lang={language}")
    assert response.status_code == 404
    assert title in response.text
