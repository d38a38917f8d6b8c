import gzip
import re

import pytest
from fastapi import FastAPI, Request, Response

from violations.web.error_pages import error_page


@pytest.mark.parametrize("path", ["/queue", "/cases", "/cases/1", "/cases/77"])
def test_every_page_forbids_foreign_and_inline_code(desk, path):
    desk.add()
    response = desk.client.get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?://", response.text)


def test_language_and_theme_are_kept_by_their_links(desk):
    assert 'lang="vi"' in desk.client.get("/queue").text
    desk.client.get("/queue?lang=en&theme=dark&keys=off")
    page = desk.client.get("/cases").text
    assert '<html lang="en" data-theme="dark">' in page
    assert 'data-letter-keys="off"' in page


@pytest.mark.parametrize("query", ["lang=xx", "theme=pink", "lang=", "keys=<b>"])
def test_choices_nobody_offered_change_nothing(desk, query):
    assert '<html lang="vi" data-theme="auto">' in desk.client.get(f"/queue?{query}").text


def test_static_files_are_cached_by_version_and_nothing_else_is_served(desk):
    page = desk.client.get("/queue").text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        response = desk.client.get(address.replace("&amp;", "&"))
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        again = desk.client.get(address, headers={"if-none-match": response.headers["etag"]})
        assert again.status_code == 304
    assert desk.client.get("/static/pages.css").headers["cache-control"] == "no-cache"
    assert desk.client.get("/static/nothing.css").status_code == 404
    assert desk.client.get("/static/..%2Fframe.py").status_code == 404


def test_the_first_page_weighs_less_than_a_hundred_kilobytes_compressed(desk):
    for _ in range(50):
        desk.add()
    page = desk.client.get("/queue")
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    contents = [page.content, *(desk.client.get(address).content for address in files)]
    assert sum(len(gzip.compress(content)) for content in contents) < 100_000


@pytest.mark.parametrize(
    ("language", "status", "title"),
    [
        ("vi", 404, "Không có trang này"),
        ("vi", 500, "Trung tâm gặp lỗi"),
        ("vi", 405, "Yêu cầu không thực hiện được"),
        ("en", 500, "The centre met an error"),
        ("en", 413, "The request could not be carried out"),
    ],
)
def test_every_error_has_a_page_that_says_what_to_do(desk, frame, language, status, title):
    app = desk.client.app
    assert isinstance(app, FastAPI)

    @app.get("/broken")
    def broken(request: Request) -> Response:
        return error_page(frame, request, status)

    response = desk.client.get(f"/broken?lang={language}")
    assert response.status_code == status
    assert title in response.text
    assert 'href="/queue"' in response.text
    assert ("21/11/2026 15:00:00" in response.text) == (status >= 500), "a crash names its time for the administrator"
