"""The device file: whose camera it is, and one sentence with its line for whatever is wrong."""

from datetime import date

import pytest

from edge.agent.device_file import papers_of
from edge.errors import DeviceFileError

SOUND = """\
version: 1
unit: Đội CSGT số 1
operator: Nguyễn Văn A
cameras:
  cam-1:
    site: Ngã tư Vọng, Hà Nội
    approval: {number: 12/QĐ-UBND, until: 2027-06-30}
    calibration: {certificate: KĐ 5/2026, on: 2026-06-01, until: 2027-06-01}
"""


def test_each_camera_has_the_offices_papers_and_its_own(tmp_path):
    (tmp_path / "device.yaml").write_text(SOUND)
    papers = papers_of("cam-1", tmp_path)
    assert papers is not None and papers.approval is not None and papers.calibration is not None
    assert (papers.unit, papers.site, papers.approval.until) == (
        "Đội CSGT số 1",
        "Ngã tư Vọng, Hà Nội",
        date(2027, 6, 30),
    )
    assert (papers.calibration.on, papers.clock_error_s) == (date(2026, 6, 1), 0.1)
    other = papers_of("cam-2", tmp_path)
    assert other is not None
    assert (other.unit, other.approval, other.site) == ("Đội CSGT số 1", None, None)


def test_a_named_file_comes_before_the_one_in_the_folder_and_neither_is_no_fault(tmp_path):
    assert papers_of("cam-1", tmp_path) is None
    (tmp_path / "mine.yaml").write_text("version: 1\nunit: mine\n")
    (tmp_path / "device.yaml").write_text(SOUND)
    papers = papers_of("cam-1", tmp_path, tmp_path / "mine.yaml")
    assert papers is not None and papers.unit == "mine"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SOUND.replace("unit", "units"), ":2: unknown key 'units'; did you mean 'unit'?"),
        (SOUND.replace("2027-06-30", "30/6/2027"), ":7: "),
        (
            SOUND.replace("until: 2027-06-01", "until: 2026-01-01"),
            "wanted a day not before 2026-06-01, found 2026-01-01",
        ),
        (SOUND.replace("version: 1", "version: 2"), ":1: 2 is not allowed here; allowed: 1"),
        (SOUND + "clock_error_s: -1\n", ":9: "),
        (SOUND + "unit: again\n", "key 'unit' given twice"),
        ("", "wanted keys and values"),
        ("a: [", "not YAML"),
    ],
)
def test_whatever_is_wrong_is_told_with_its_line(tmp_path, text, told):
    file = tmp_path / "device.yaml"
    file.write_text(text)
    with pytest.raises(DeviceFileError) as error:
        papers_of("cam-1", tmp_path)
    assert told in str(error.value)


def test_a_file_that_was_named_must_be_there(tmp_path):
    with pytest.raises(DeviceFileError, match=r"none\.yaml: wanted a file, found nothing of that name"):
        papers_of("cam-1", tmp_path, tmp_path / "none.yaml")
