"""The page as bytes, and the page in a real browser with its own policy in force."""

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser

from signals.report.assemble import assemble
from signals.report.page import page
from signals.report.png import write_pictures
from signals.report.reading import Reading
from signals.report.sections import sections
from signals.report.words import Language, words
from vision.events.bodies import Counts
from vision.events.facts import Figure, Turn, TurningFacts
from vision.pcu import pcu_table

Make = Callable[..., Any]
MADE = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.fixture
def report(crossing: Make, line_facts: Make, lane_facts: Make, wrap: Make) -> Any:
    known = Figure(value=20.0, error=2.0)
    head = {"since_s": 0, "until_s": 60, "coverage": 1.0, "pcu_table": "tcvn_4054_2005", "pcu_unit": "pcu"}
    turn = Turn(entry="north", exit="south", volume={"car": known}, vehicles=known, vehicles_pcu=known)
    names = ("entered", "left", "vanished", "appeared", "trembled", "stored_change", "imbalance")
    turning = TurningFacts(**head, turns=(turn,), **dict.fromkeys(names, known))
    bodies = [crossing(1.0), line_facts(0, 12), line_facts(180, 9), lane_facts(0, 20.0), lane_facts(60, None), turning]
    return assemble(Reading("<i>events</i>.jsonl", wrap(bodies)), None, pcu_table())


def leaves(node: Any, prefix: str = "") -> dict[str, str]:
    if not isinstance(node, dict):
        return {prefix: str(node)}
    return {name: text for key, value in node.items() for name, text in leaves(value, f"{prefix}.{key}").items()}


def test_both_languages_say_the_same_things_with_the_same_gaps_to_fill() -> None:
    folder = resources.files("signals.report") / "texts"
    vi, en = (leaves(yaml.safe_load((folder / f"{one}.yaml").read_text("utf-8"))) for one in ("vi", "en"))
    assert vi.keys() == en.keys()
    for key in vi:
        assert sorted(re.findall(r"{\w+}", vi[key])) == sorted(re.findall(r"{\w+}", en[key])), key


def test_nothing_is_fetched_and_only_our_own_style_may_run(report: Any) -> None:
    made = page(report, MADE)
    style = made.split("<style>")[1].split("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src &#39;none&#39;; style-src &#39;sha256-{digest}&#39;" in made
    assert "<script" not in made
    assert not re.search(r'(src|href)="(?!#)', made)
    assert not re.search(r'<[a-z]+[^>]* style="', made)


def test_vietnamese_comes_first_and_numbers_are_written_its_way(report: Any) -> None:
    made = page(report, MADE)
    assert made.index('<main lang="vi"') < made.index('<main lang="en"')
    assert "18,0 ± 1,8" in made
    assert "18.0 ± 1.8" in made


def test_names_from_outside_are_text(report: Any) -> None:
    assert "&lt;i&gt;events&lt;/i&gt;.jsonl" in page(report, MADE)


def test_an_empty_watch_is_a_page_too(wrap: Make) -> None:
    nothing = wrap([Counts(line="stop", since_s=0, until_s=15, coverage=0.0, counts={})])
    made = page(assemble(Reading("events.jsonl", nothing), None, pcu_table()), MADE)
    assert 'class="hatch"' in made


def test_pictures_are_png_with_their_caption(report: Any, tmp_path: Path) -> None:
    pytest.importorskip("resvg_py", reason="the extra `report` is not installed")
    files = write_pictures(sections(report, words(Language.EN)), tmp_path / "png")
    assert {file.name.partition("-")[0] for file in files} == {"volume", "speed", "queue", "turning"}
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)


@pytest.mark.parametrize("width", [1366, 390])
def test_in_a_browser_the_language_changes_without_script_and_nothing_complains(
    report: Any, tmp_path: Path, browser: Browser, width: int
) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(report, MADE), "utf-8")
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    tab, complaints = context.new_page(), list[str]()
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("request", lambda request: complaints.append(request.url) if request.url != file.as_uri() else None)
    tab.goto(file.as_uri())
    assert (tab.locator("main.vi").is_visible(), tab.locator("main.en").is_visible()) == (True, False)
    tab.locator(".bar label[lang=en]").click()
    assert (tab.locator("main.vi").is_visible(), tab.locator("main.en").is_visible()) == (False, True)
    box = tab.locator("main.en").bounding_box()
    assert box is not None
    assert box["width"] <= width
    assert complaints == []
    context.close()
