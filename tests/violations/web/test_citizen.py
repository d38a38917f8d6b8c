"""A notice is checked with its code and plate alone, appealed, and nothing else can be found out."""

import re
from datetime import timedelta

import pytest

from violations.accounts.errors import TooManyTriesError
from violations.cases.moves import Event, Step
from violations.cases.reasons import Ruling
from violations.cases.states import Actor, CaseState, Role, Verdict
from violations.papers.short_code import new_code
from violations.store.case_papers import appeals_of, put_notice
from violations.store.case_steps import give_verdict, take_steps
from violations.store.cases import case_history, get_case
from violations.web.appeal_form import MOST_FILE_BYTES

AN, HEAD = Actor("An", Role.REVIEWER), Actor("Hùng", Role.SUPERVISOR, "director")
PLATE = "29A-123.45"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
BOMB = PNG[:8] + b"\0\0\0\rIHDR" + (50_000).to_bytes(4) * 2 + b"\x08\x02\0\0\0"
ORIGIN = {"origin": "http://testserver"}
XSS = "<script>alert(1)</script>"


@pytest.fixture
def notified(desk):
    """(case, code) of a case whose notice went out."""
    case = desk.add(age=timedelta(days=1), plate=PLATE, gate={"prosecutable": True, "reasons": []})
    now = desk_now(desk)
    give_verdict(desk.engine, case, Ruling(Verdict.ACCEPT), actor=AN, version=1, now=now)
    take_steps(desk.engine, case, [Event(Step.IDENTIFY)], actor=AN, version=None, now=now)
    codes = []
    take_steps(
        desk.engine,
        case,
        [Event(Step.NOTIFY)],
        actor=HEAD,
        version=None,
        now=now,
        record=lambda session, record: codes.append(put_notice(session, record, new_code, now)),
    )
    return case, codes[0]


def desk_now(desk):
    return get_case(desk.engine, 1).created_at


@pytest.fixture
def send(desk):
    def send(path, code, plate=PLATE, *, files=(), language="vi", **fields):
        desk.client.get(f"/notice?lang={language}")
        token = desk.client.cookies["ngatu_token"]
        body = {"token": token, "code": code, "plate": plate} | fields
        attached = [("files", (f"{n}.png", content, "image/png")) for n, content in enumerate(files)]
        return desk.client.post(path, data=body, files=attached or None, headers=ORIGIN)

    return send


@pytest.mark.parametrize(("language", "words"), [("vi", "Vượt đèn đỏ"), ("en", "Running a red light")])
def test_code_and_plate_open_the_notice_with_its_law_clock_and_warning(language, words, *, notified, send):
    page = send("/notice", notified[1], "29a 12345", language=language).text
    for expected in (words, "18.000.000", "16824.6.9.b", notified[1], "OTP" if language == "vi" else "one-time code"):
        assert expected in page


def test_no_picture_is_shown_that_nobody_masked(notified, send):
    page = send("/notice", notified[1]).text
    assert "/api/evidence/" not in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("code", "plate"),
    [(None, "29A-123.46"), ("K7QX-9M2-P4C", PLATE), ("", PLATE), ("%", "%"), (None, ""), ("x" * 999, PLATE)],
)
def test_whichever_is_wrong_the_answer_is_the_same(code, plate, *, notified, send):
    answer = send("/notice", notified[1] if code is None else code, plate)
    assert answer.status_code == 404
    assert "Không có thông báo nào" in answer.text
    assert "Vượt đèn đỏ" not in answer.text


def test_an_appeal_is_kept_with_its_files_and_its_receipt(desk, notified, send):
    case, code = notified
    page = send("/notice/appeal", code, files=[PNG], words="Không phải xe tôi", contact="0900").text
    receipt = re.search(r'id="receipt">([^<]+)<', page).group(1)
    (appeal,) = appeals_of(desk.engine, case)
    assert (appeal.receipt, appeal.words, appeal.contact) == (receipt, "Không phải xe tôi", "0900")
    assert desk.shelf.get(appeal.files[0])[1].read_bytes() == PNG
    assert get_case(desk.engine, case).state is CaseState.APPEALED
    assert case_history(desk.engine, case)[-1].who == "citizen"
    again = send("/notice/appeal", code, words="Lần nữa")
    assert again.status_code == 409
    assert len(appeals_of(desk.engine, case)) == 1


@pytest.mark.parametrize(
    ("files", "words", "sentence"),
    [
        ((), "  ", "Hãy ghi vì sao"),
        ((), "x" * 2001, "quá dài"),
        ((b"#!/bin/sh",), "abc", "Chỉ nhận tệp JPEG"),
        ((PNG + b"0" * MOST_FILE_BYTES,), "abc", "không quá 4 MB"),
        ((PNG,) * 4, "abc", "Tối đa 3 tệp"),
        ((BOMB,), "abc", "nhiều hơn 100 triệu điểm ảnh"),
    ],
)
def test_an_appeal_that_cannot_be_taken_says_why_and_keeps_the_words(files, words, sentence, *, desk, notified, send):
    answer = send("/notice/appeal", notified[1], files=files, words=words)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert words.strip() in answer.text
    assert appeals_of(desk.engine, notified[0]) == []


def test_far_too_many_files_are_refused_whole(notified, send):
    assert send("/notice/appeal", notified[1], files=[PNG] * 9, words="abc").status_code == 413


def test_words_of_citizens_are_never_markup(desk, notified, send):
    page = send("/notice/appeal", notified[1], words=XSS, contact=XSS).text
    assert XSS not in page
    assert XSS not in desk.client.get(f"/cases/{notified[0]}/file").text


def test_a_form_of_another_site_opens_nothing(desk, notified):
    answer = desk.client.post("/notice", data={"code": notified[1], "plate": PLATE}, headers={"origin": "http://evil"})
    assert answer.status_code == 403


def test_nothing_can_be_listed_and_tries_from_one_address_are_limited(desk, notified, send):
    assert notified[1] not in desk.client.get("/notice").text
    desk.client.headers["x-forwarded-for"] = "203.0.113.9"
    with pytest.raises(TooManyTriesError):
        for _ in range(60):
            assert send("/notice", "K7QX-9M2-P4C").status_code == 404
