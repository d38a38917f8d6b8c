"""Strings that attack, in every field that anybody or anything can fill in; then every page and every export is read.

The fields are found, not listed: by the OpenAPI document, the schemas of the events, and the forms of the pages.
"""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from pydantic import TypeAdapter

from violations.registry.port import Vehicle
from violations.registry.table import put_vehicles
from violations.store.database import open_database
from vision.events.envelope import Event

MARK = "pwned"
SETS = f"window.{MARK}=1"
XSS = f'"\'><script>{SETS}</script><img src=x onerror="{SETS}"><svg onload={SETS}>{{{{7*7}}}}'
FORMULAS = ("=1+cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PLATE = "29A-123.45"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
SAME = {"sec-fetch-site": "same-origin", "accept": "text/html"}
PLACES = {"case_id": "1", "appeal_id": "1", "number": "1", "camera": "nga_tu_so.bac", "code": "K7QX-9M2-P4C"}
PLACES |= {"name": "form_01", "device": "box", "sha256": "0" * 64}
WATCH = """
window.cspReports = [];
document.addEventListener("securitypolicyviolation", event => window.cspReports.push(event.blockedURI));
"""


def free_text(schema):
    """Whether this field takes any words: no closed choice, no pattern that leaves them out, no format."""
    closed = schema.keys() & {"enum", "const", "format", "contentEncoding"}
    return not closed and re.match(schema.get("pattern", ""), XSS) is not None


def filled(schema, document, text, taken, path=""):  # noqa: PLR0911 — one answer for each sort of schema
    """A value for this schema, `text` in each free field; their paths are added to `taken`."""
    if "$ref" in schema:
        found = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return filled(found, document, text, taken, path)
    for either in ("anyOf", "oneOf", "allOf"):
        if either in schema:
            sorts = [one for one in schema[either] if one.get("type") != "null"]
            return filled(sorts[0], document, text, taken, path)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {name: filled(one, document, text, taken, f"{path}.{name}") for name, one in fields.items()}
        case "array":
            return [filled(schema.get("items", {}), document, text, taken, f"{path}[]")]
        case "string":
            return words(schema, text, taken, path)
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
    return None


def words(schema, text, taken, path):
    if free_text(schema):
        taken.add(path)
        return text[: schema.get("maxLength", 1000)]
    pattern, kind = schema.get("pattern", ""), schema.get("format") or schema.get("contentEncoding")
    if kind == "date-time":
        return datetime.now(UTC).isoformat()
    if "0-9a-f" in pattern:
        return "0" * 64
    return "" if kind == "base64" else "-1.x"


class Forms(HTMLParser):
    """The forms of a page, the names and values of their fields; and where its links lead."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.links = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.forms.append({"action": given.get("action"), "method": given.get("method", "get"), "fields": []})
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        if not self.forms or "name" not in given:
            return
        if tag == "option" or tag not in {"input", "textarea", "select", "button"}:
            return
        kind = given.get("type", "text") if tag == "input" else tag
        self.forms[-1]["fields"].append((given["name"], kind, given.get("value") or ""))


class Attack:
    """Fills in everything there is, by program and by page."""

    def __init__(self, centre):
        self.centre = centre
        self.client = httpx.Client(base_url=centre.url, follow_redirects=True, timeout=60)
        self.document = self.client.get("/api/openapi.json").json()
        self.taken, self.stored, self.asked = set(), set(), set()

    def api(self, text):
        """Every operation with a body; those that are taken have the text in them."""
        for path, ways in self.document["paths"].items():
            for method, operation in ways.items():
                body = operation.get("requestBody", {}).get("content", {}).get("application/json")
                if body is None or path == "/api/events":
                    continue
                fields = set()
                said = filled(body["schema"], self.document, text, fields)
                answer = self.client.request(method, placed(path), json=said)
                assert answer.status_code < 500, (method, path, answer.text)
                self.note(f"{method} {path}", fields, answer)

    def events(self, text):
        """Every kind of event an agent can send."""
        schema = TypeAdapter(Event).json_schema()
        for name in sorted(schema["$defs"]):
            if not name.endswith("Event"):
                continue
            fields = set()
            event = filled(schema["$defs"][name], schema, text, fields)
            event |= {"id": f"-1.x/b1/{len(self.asked)}", "source": "/cameras/-1.x", "camera": "-1.x", "boot": "b1"}
            event |= {"sequence": len(self.asked), "datacontenttype": "application/json"}
            answer = self.client.post("/api/events", json={"events": [event]})
            assert answer.status_code < 500, (name, answer.text)
            self.note(name, fields, answer)

    def forms(self, path, text):
        """Every form of this page."""
        page = self.client.get(path, headers=SAME)
        for form in Forms(page.text).forms:
            if form["method"] != "post" or form["action"] in {"/sign-out"}:
                continue
            typed = {name for name, kind, _ in form["fields"] if kind in {"text", "textarea", "password"}}
            fields = {name: value or "yes" for name, kind, value in form["fields"] if kind != "file"}
            said = fields | dict.fromkeys(typed, text)
            takes_files = any(kind == "file" for _, kind, _ in form["fields"])
            files = [("files", (text, PNG, "image/png"))] if takes_files else None
            answer = self.client.post(form["action"], data=said, files=files, headers=SAME)
            assert answer.status_code < 500, (form["action"], answer.text[:500])
            assert f"<script>window.{MARK}" not in answer.text, form["action"]
            self.note(f"form {form['action']}", typed, answer)

    def count(self):
        """Counts of a camera and a line whose names a spreadsheet would calculate."""
        data = {
            "line": "-1.x",
            "since_s": 0.0,
            "until_s": 15.0,
            "coverage": 1.0,
            "counts": {"left_to_right": {"car": 1}},
        }
        event = {
            "id": "-1.x/b2/1",
            "source": "/cameras/-1.x",
            "type": "vn.ngatu.counts.v1",
            "camera": "-1.x",
            "boot": "b2",
        }
        event |= {"sequence": 1, "time": datetime.now(UTC).isoformat(), "data": data}
        return self.client.post("/api/events", json={"events": [event]})

    def note(self, what, fields, answer):
        self.asked.add(what)
        self.taken |= {f"{what} {field}" for field in fields}
        refused = answer.headers.get("content-type", "").startswith("application/json") and answer.json()
        if answer.is_success and not (isinstance(refused, dict) and refused.get("refused")):
            self.stored |= {f"{what} {field}" for field in fields}


def placed(path):
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda part: PLACES.get(part[1], "x"), path)


@pytest.fixture
def attacked(centre):
    """A centre in which whoever could wrote what they wanted: citizen, reviewers, supervisor, camera, registry."""
    engine = open_database(f"sqlite:///{centre.folder.parent / 'centre.db'}")
    owner = Vehicle(plate=PLATE, ground="white", kind="car", owner=XSS, address=FORMULAS[0])
    put_vehicles(engine, [owner], datetime.now(UTC), replace=False)
    engine.dispose()
    sound = {"gate": {"prosecutable": True, "reasons": []}}
    attack = Attack(centre)
    case = centre.accuse(timedelta(hours=3), plate=PLATE, **sound)
    for plate in (XSS[:40], *FORMULAS[:4]):
        centre.accuse(timedelta(hours=2), plate=plate)
    centre.send("health", {"state": "running", "frames": 1, "note": XSS[:200]}, datetime.now(UTC))
    said = {"verdict": "accept", "note": XSS, "reviewer": XSS[:80], "version": 1}
    attack.client.post(f"/api/cases/{case}/verdict", json=said).raise_for_status()
    attack.client.post(f"/api/cases/{case}/registry", json={"ground": "white"}).raise_for_status()
    moved = attack.client.get(f"/api/cases/{case}").json()
    for step in ("identify", "notify"):
        body = {"step": step, "version": moved["version"], "actor": "Hùng", "note": XSS}
        moved = attack.client.post(f"/api/cases/{case}/steps", json=body).raise_for_status().json()
    page = attack.client.get(f"/cases/{case}/file", headers=SAME).text
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{3}-[2-9A-Z]{3}", page).group()
    appeal = {"code": code, "plate": PLATE, "words": XSS, "contact": FORMULAS[0]}
    attack.client.post("/api/notices/appeals", json=appeal).raise_for_status()
    attack.code = code
    assert attack.count().json()["refused"] == []
    shown = attack.client.get(f"/cases/{case}/file", headers=SAME).text
    assert shown.count(f"&lt;script&gt;{SETS}") >= 4, "reviewer, notes, owner and appeal"
    yield attack
    attack.client.close()


def crawl(client, start="/", most=120):
    """Every page that links lead to, one for each shape of address."""
    first = [start, "/cases/1", "/cases/1/file", "/cases/2", "/system/users", "/system/devices", "/new-password"]
    first += ["/notice", "/sign-in"]
    waiting, seen, pages = list(first), set(), []
    while waiting and len(pages) < most:
        path = waiting.pop(0)
        shape = re.sub(r"\d+", "1", urlsplit(path).path) + "?" + ",".join(sorted(dict(parse_qsl(urlsplit(path).query))))
        if (
            (shape in seen and path not in first)
            or path.startswith(("/api/", "/static/"))
            or re.search(r"lang=|theme=|keys=", path)
        ):
            continue
        seen.add(shape)
        answer = client.get(path, headers=SAME)
        if answer.headers.get("content-type", "").startswith("text/html"):
            pages.append(path)
            waiting += Forms(answer.text).links
    return pages


def test_no_string_runs_anywhere_and_no_export_holds_a_formula(attacked, open_page):
    for text in (XSS, *FORMULAS[:2]):
        attacked.api(text)
        attacked.events(text)
    pages = crawl(attacked.client)
    for path in pages:
        attacked.forms(path, XSS)
    assert len(pages) > 12, pages
    assert len(attacked.taken) > 60, "the walk found too few fields to be trusted"
    assert {one.split()[1] for one in attacked.stored if one.startswith("post")} >= {
        "/api/cases/{case_id}/verdict"
    } or attacked.stored

    page = open_page("/", refusals=(400, 403, 404, 405, 409, 413, 422, 429, 503))
    page.add_init_script(WATCH)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    names = sorted(
        {name for path in pages for name in dict(parse_qsl(urlsplit(path).query))} | {"plate", "next", "code"}
    )
    hostile = [f"{urlsplit(path).path}?{urlencode(dict.fromkeys(sorted(names), XSS))}" for path in pages]
    for path in dict.fromkeys([*pages, *hostile]):
        page.goto(path)
        assert page.evaluate(f"window.{MARK}") is None, path
        assert page.evaluate("window.cspReports || []") == [], path
    page.goto(f"/notice/{attacked.code}")
    page.locator("[name=plate]").fill(PLATE)
    page.locator("main button").first.click()
    page.get_by_text(SETS).first.wait_for()
    assert page.evaluate(f"window.{MARK}") is None
    assert dialogs == []
    for cells in exports(attacked.client, attacked.document):
        for cell in cells:
            assert not cell.startswith(FORMULA_STARTS) or is_number(cell), cell


def exports(client, document):
    """The cells of every operation that answers with CSV."""
    found = 0
    for path, ways in document["paths"].items():
        if "text/csv" in ways.get("get", {}).get("responses", {}).get("200", {}).get("content", {}):
            answer = client.get(placed(path), params={"format": "csv"}, headers={"accept": "text/csv"})
            assert answer.status_code == 200, (path, answer.text)
            assert "attachment" in answer.headers["content-disposition"]
            assert "counts" not in path or "'-1.x,'-1.x," in answer.text
            yield from csv.reader(io.StringIO(answer.text))
            found += 1
    assert found >= 2


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True
