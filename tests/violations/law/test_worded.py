"""What the catalogue says, in sentences of both languages."""

from datetime import date

import pytest

from violations.law.catalogue import fine, shipped_catalogue
from violations.law.fine_range import NoFine, WhyNoFine
from violations.law.worded import worded


def test_range_points_place_code_and_version_are_said_in_both_languages():
    said = worded(fine("red_light", "motorbike", date(2026, 3, 1)))
    vi, en = (" ".join(one[language] for one in said) for language in (0, 1))
    assert "từ 4.000.000 đồng đến 6.000.000 đồng; trừ 4 điểm" in vi
    assert "điểm c khoản 7 Điều 7 Nghị định 168/2024/NĐ-CP (mã 16824.7.7.c)" in vi
    assert "from 4,000,000 to 6,000,000 dong; 4 licence points are taken" in en
    assert "Decree 168/2024/NĐ-CP, article 7, clause 7, point c (code 16824.7.7.c)" in en
    assert "Version of the law: 168/2024/NĐ-CP, since 2025-01-01" in en


def test_after_an_amendment_both_decrees_and_the_doubt_are_said():
    said = worded(fine("red_light", "motorbike", date(2026, 9, 1)))
    assert any("168/2024/NĐ-CP + 238/2026/NĐ-CP" in en and "has not been confirmed" in en for _, en in said)
    assert any("chưa xác nhận" in vi for vi, _ in said)


@pytest.mark.parametrize("why", WhyNoFine)
def test_why_there_is_no_fine_is_said(why):
    [(vi, en)] = worded(NoFine.of("box_blocking", "car", date(2026, 9, 1), why))
    assert vi.endswith("nêu mức phạt.")
    assert en.endswith("no fine is stated.")


@pytest.mark.parametrize("row", shipped_catalogue().rows, ids=lambda row: f"{row.offence}-{row.vehicles[0]}")
def test_every_row_can_be_said(row):
    answer = fine(row.offence, row.vehicles[0], date(2026, 9, 1), row.place)
    assert all(vi.endswith((".", "xe.")) and en.endswith(".") and len(vi) <= 500 for vi, en in worded(answer))
