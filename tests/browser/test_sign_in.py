"""Signing in with a real browser: the language of the link goes along, and so does the way by a provider."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from violations.accounts.users import User, add_user
from violations.cases.states import Role
from violations.store.database import open_database, writing

PASSWORD = "đèn đỏ thì dừng lại"


@pytest.fixture
def account(centre):
    """An administrator who may review as well; it ends the local mode."""
    engine = open_database(f"sqlite:///{centre.folder.parent / 'centre.db'}")
    roles = frozenset({Role.ADMIN, Role.REVIEWER})
    with writing(engine) as session:
        user = User("kim", roles, None, None, disabled=False, created_at=datetime.now(UTC))
        add_user(session, user, PASSWORD)
    engine.dispose()


def sign_in(page):
    page.locator("[name=name]").fill("kim")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("path", ["/", "/queue", "/sign-in"])
@pytest.mark.parametrize(("language", "words"), [("vi", "Đăng nhập"), ("en", "Sign in")])
def test_the_language_of_the_link_stays_through_the_sign_in(account, open_page, path, language, words):
    page = open_page(f"{path}?lang={language}")
    expect(page.locator("h1")).to_have_text(words)
    sign_in(page)
    page.wait_for_url("**/queue*")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.goto(f"/sign-in?lang={'en' if language == 'vi' else 'vi'}")
    expect(page.locator("html")).to_have_attribute("lang", "en" if language == "vi" else "vi")


@pytest.mark.parametrize(
    ("language", "name"), [("vi", "Thêm và nhận mã dùng một lần"), ("en", "Add it and get a one-time code")]
)
def test_an_account_is_made_and_its_person_chooses_a_password(account, open_page, language, name, request):
    page = open_page(f"/system/users?lang={language}", refusals=(422,))
    sign_in(page)
    page.wait_for_url("**/system/users*")
    page.locator("[name=name]").fill("lan")
    page.get_by_role("button", name=name).click()
    expect(page.locator("#problem")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("lan")
    page.locator("[name=role_reviewer]").check()
    page.locator("[name=districts]").fill("HK")
    page.get_by_role("button", name=name).click()
    link = page.locator("#link").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    other = open_page(link.replace(link.split("/new-password")[0], "") + f"&lang={language}")
    other.locator("[name=password]").fill("một câu dài dễ nhớ")
    other.locator("[name=again]").fill("một câu dài dễ nhớ")
    other.keyboard.press("Enter")
    other.wait_for_url("**/sign-in?done=password")
    expect(other.locator(".notice.done")).to_be_visible()
