"""What comes out of the printer: every letter readable again, fonts inside, nothing fetched, nothing injected."""

import io
import unicodedata

import pytest
from pypdf import PdfReader

from violations.papers.printing import Paper, as_html, as_pdf, qr_svg
from violations.papers.wording import shipped_wording

LANGUAGES = ("vi", "en")
SAID = {
    Paper.NOTICE: {
        "vi": ["THÔNG BÁO VI PHẠM", "Vượt đèn đỏ", "Nguyễn Thị Ánh Tuyết", "K7QX-9M2-P4C", "15:30:15, 20/11/2026"],
        "en": ["NOTICE OF A VIOLATION", "Running a red light", "K7QX-9M2-P4C", "Reply by 11/12/2026"],
    },
    Paper.DECISION: {
        "vi": ["QUYẾT ĐỊNH XỬ PHẠT", "19.000.000", "18.000.000", "3,20 ± 0,14", "điểm b khoản 9 Điều 6"],
        "en": ["DECISION ON AN ADMINISTRATIVE FINE", "19.000.000", "3.20 ± 0.14", "(6 points)"],
    },
    Paper.FORM_01: {"vi": ["01/73", "Trần Văn Đạt", "b" * 64, "123/QĐ-PC08", "Lan, Hùng"], "en": ["01/73", "HC-77"]},
    Paper.FORM_03: {"vi": ["03/73", "29A-123.45", "Trắng", "024 3939 0000"], "en": ["03/73", "White"]},
}


def squeezed(text: str) -> str:
    """Without what the layout adds: line ends and hyphenation of the page."""
    return "".join(unicodedata.normalize("NFC", text).split())


@pytest.fixture(scope="module")
def printed(facts, terms):
    kept = {}

    def pages(paper, language):
        if (paper, language) not in kept:
            kept[paper, language] = PdfReader(io.BytesIO(as_pdf(paper, facts, language, terms(language)))).pages
        return kept[paper, language]

    return pages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", Paper)
def test_every_word_can_be_read_out_of_the_pdf_again(paper, language, printed):
    text = squeezed("".join(page.extract_text() for page in printed(paper, language)))
    for words in [*SAID[paper][language], "Đội CSGT đường bộ số 6"]:
        assert squeezed(words) in text, words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", [Paper.NOTICE, Paper.DECISION])
def test_papers_that_leave_the_house_say_that_nobody_asks_for_money_by_phone(paper, language, printed):
    text = squeezed("".join(page.extract_text() for page in printed(paper, language)))
    assert squeezed(shipped_wording().named("nobody_asks_by_phone").said(language)) in text


@pytest.mark.parametrize("paper", Paper)
def test_every_font_is_inside_the_file(paper, printed):
    fonts = [font.get_object() for page in printed(paper, "vi") for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(described)


def test_a_notice_fits_two_sides(printed):
    assert len(printed(Paper.NOTICE, "vi")) <= 2


def test_what_is_not_known_stays_a_visible_gap(facts, terms):
    unknown = facts.model_copy(update={"owner": None, "ground": None, "code": None, "plate": None, "fine": None})
    for paper in Paper:
        page = as_html(paper, unknown, "vi", terms("vi"))
        assert "................" in page
        assert "None" not in page


def test_words_from_outside_are_never_markup(facts, terms):
    evil = "<img src=https://evil.example/x><script>alert(1)</script>"
    for paper in Paper:
        page = as_html(paper, facts.model_copy(update={"owner": evil, "place": evil}), "vi", terms("vi"))
        assert "<img" not in page
        assert "<script" not in page


def test_the_qr_code_says_the_offices_own_address(facts):
    import cv2
    import numpy as np
    import segno

    assert facts.check_address == "https://tra-cuu.example.vn/notice/K7QX-9M2-P4C"
    assert "<svg" in qr_svg(facts.check_address)
    drawn = segno.make(facts.check_address, error="q", micro=False)
    dark = np.array([[bool(cell) for cell in line] for line in drawn.matrix_iter(scale=8, border=4)])
    found, *_ = cv2.QRCodeDetector().detectAndDecode(np.where(dark, 0, 255).astype(np.uint8))
    assert found == facts.check_address
