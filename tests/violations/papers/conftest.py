"""One case on paper, with everything known."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from violations.law.catalogue import fine
from violations.papers.facts import DeviceStated, FileStated, PaperFacts
from violations.papers.office import Office
from vision.events.bodies import Measure

AT = datetime(2026, 11, 20, 8, 30, 15, tzinfo=UTC)
TERMS = {
    "vi": {"red_light": "Vượt đèn đỏ", "car": "Ô tô con", "into_red": "Thời gian từ lúc đèn đỏ đến lúc qua vạch"},
    "en": {"red_light": "Running a red light", "car": "Car", "into_red": "Time into red"},
}


@pytest.fixture(scope="session")
def terms() -> Callable[[str], Callable[[str, str], str]]:
    return lambda language: lambda _group, code: TERMS[language].get(code, code)


@pytest.fixture(scope="session")
def facts() -> PaperFacts:
    office = Office(
        detecting_unit="Đội CSGT đường bộ số 6",
        resolving_unit="Đội CSGT đường bộ số 6, Phòng CSGT Công an thành phố Hà Nội",
        address="Số 2 phố Ngụy Như Kon Tum, phường Khương Đình",
        phone="024 3939 0000",
        check_page="https://tra-cuu.example.vn/notice",
        place_of_issue="Hà Nội",
    )
    return PaperFacts(
        case=4711,
        code="K7QX-9M2-P4C",
        office=office,
        issued_on=date(2026, 11, 21),
        recorded_at=AT,
        place="Ngã Tư Sở, hướng Nguyễn Trãi",
        line="stop_1",
        offence="red_light",
        vehicle="car",
        plate="29A-123.45",
        ground="white",
        owner="Nguyễn Thị Ánh Tuyết",
        owner_address="Số 1 phố Hàng Bài, phường Cửa Nam, Hà Nội",
        fine=fine("red_light", "car", AT) or None,
        together_points=6,
        measures=(Measure(name="into_red", value=3.2, error=0.14, unit="s"),),
        device=DeviceStated(
            camera="nga_tu_so.bac",
            unit="Phòng CSGT",
            operator="Trần Văn Đạt",
            approval="123/QĐ-PC08",
            approval_until=date(2028, 1, 1),
            calibration="HC-77",
            calibration_until=date(2027, 5, 1),
        ),
        package="a" * 64,
        files=(FileStated(name="still_at.jpg", sha256="b" * 64), FileStated(name="clip.mp4", sha256="c" * 64)),
        accepted_by=("Lan", "Hùng"),
        notified_at=None,
        minutes_at=None,
        reply_by=date(2026, 12, 11),
        limitation=date(2027, 11, 20),
    )
