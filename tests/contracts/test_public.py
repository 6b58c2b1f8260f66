"""What the public can see: the fields on the allow-list, and nothing of what the bureau keeps to itself.

The demonstration is served by the program and every public address of it is read: each link, each address in the JSON
pages, each file, every entry of the log and every body that may be checked against it. Then the bureau's own data, as
they stand in the database, are looked for in all of it.
"""

import dataclasses
import io
import json
import pkgutil
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from publicity import pages
from tests import demonstration
from tests.links import LOG, Links, read_all, unread

ALLOWED = Path(__file__).with_name("public_fields.txt")
MISSING = ("/nothing-here", "/draws/nothing-here", "/operators/91140000MAFAKE00XN", "/search?q=" + "%F0")
NO_DOORS = tuple(f"/door/{path}nothing-here{form}" for path in ("", "receipt/") for form in ("", ".json"))
"""Those that lead somewhere stand on notices alone, and tell what the notice does: tests/app/test_door.py."""
NO_LISTINGS = ("/log/evidence/listings/nothing-here",)
"""Nobody of the demonstration is on a list: tests/app/test_listings.py."""
NO_REVOCATIONS = ("/log/revocations/0",)
"""No key of the demonstration was revoked: tests/app/test_answer_keys.py."""
NOWHERE = (*MISSING, *NO_DOORS, *NO_LISTINGS, *NO_REVOCATIONS)
LEAST = 300
"""Addresses that the demonstration has at least; a crawl that finds fewer has stopped early."""


@dataclasses.dataclass(frozen=True)
class Site:
    """The demonstration as it is served: a reader, and the answers by address."""

    client: httpx.Client
    document: dict[str, Any]
    answers: Mapping[str, httpx.Response]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    copy = tmp_path_factory.mktemp("served") / "demo"
    shutil.copytree(demonstration.played(), copy)
    with demonstration.serving(copy) as address, httpx.Client(base_url=address, timeout=60) as client:
        document = client.get("/openapi.json").json()
        yield Site(client, document, read_everything(client))


def read_everything(client: httpx.Client) -> dict[str, httpx.Response]:
    """Return the answer of every public address that can be reached, and of some that lead nowhere."""
    entries = range(client.get("/log/head").json()["size"])
    waiting = [
        "/",
        "/index.json",
        "/changes",
        "/changes.json",
        "/openapi.json",
        "/healthz",
        "/readyz",
        *LOG,
    ]
    waiting += ["/secret.html", "/verify.html", "/verify.py", "/verify.py.sha256"]
    waiting += [*NO_DOORS, *NO_LISTINGS, *NO_REVOCATIONS]
    waiting += [f"/log/entries/{index}" for index in entries]
    waiting += [f"/log/evidence/{each}" for (each,) in rows("SELECT disclosure_id FROM disclosures")]
    waiting += [f"/operators/{each}" for (each,) in rows("SELECT unit_id FROM operators")]
    answers = {path: client.get(path, headers={"Accept": "text/html"}) for path in MISSING}
    return answers | read_all(client, waiting)


def rows(query: str) -> list[tuple[Any, ...]]:
    """Read the demonstration's database."""
    path = demonstration.played() / "double-random.db"
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
        return connection.execute(query).fetchall()


def column(query: str) -> set[str]:
    return {str(value) for (value,) in rows(query)}


def own_data() -> dict[str, set[str]]:
    """Return what the bureau keeps to itself, by what it is."""
    sent = "SELECT inspector_no FROM visit_seats"
    return {
        "contact name": column("SELECT contact_name FROM operators"),
        "contact phone": column("SELECT contact_phone FROM operators"),
        "risk class": column("SELECT risk_class FROM operators"),
        "source of a risk class": column("SELECT risk_source FROM operators"),
        "inspector number": column("SELECT inspector_no FROM inspectors"),
        "certificate": column("SELECT certificate_no FROM inspectors"),
        "inspector not sent": column(f"SELECT name FROM inspectors WHERE inspector_no NOT IN ({sent})"),  # noqa: S608
        "member of staff": column("SELECT name FROM people"),
        "reason of a recusal": column("SELECT reason FROM recusals"),
        "source of a complaint": column("SELECT source_no FROM visit_requests"),
        "reason of a complaint": column("SELECT reason FROM visit_requests"),
        "case": column("SELECT reference FROM followups WHERE reference <> ''"),
        "close of a case": column("SELECT text FROM followups WHERE text <> ''"),
        "word removed from a decision": column(
            "SELECT substr(d.text, s.begins + 1, s.ends - s.begins) FROM penalty_documents d"
            " JOIN penalty_spans s USING (penalty_id)"
            " WHERE s.place = 'document' AND s.verdict <> 'kept' AND s.ends - s.begins > 4"
        ),
        "salt of a decision": column("SELECT salt FROM penalty_documents"),
        "where a notice stands": column("SELECT reference FROM penalty_notices"),
        "opinion of a reviewer": column("SELECT opinion FROM penalty_reviews"),
        "key": column("SELECT key_id FROM api_keys") | column("SELECT digest FROM api_keys"),
        "idempotency key": column("SELECT key FROM stored_answers"),
        "sealed secret": column("SELECT hex(own_secret) FROM draw_parties WHERE own_secret IS NOT NULL"),
        "salt": column("SELECT lower(hex(salt)) FROM draw_salts"),
    }


def said(answer: httpx.Response) -> str:
    """Return all that an answer tells: headers, text, and the files in an archive."""
    text = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    if answer.headers.get("content-type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return text + "".join(archive.read(name).decode() for name in archive.namelist())
    # JSON may spell Chinese as \u escapes; both spellings are looked through.
    inner = json.dumps(answer.json(), ensure_ascii=False) if "json" in answer.headers.get("content-type", "") else ""
    return text + answer.text + inner


def public_operations(document: dict[str, Any]) -> list[str]:
    return [path for path, methods in document["paths"].items() if methods.get("get", {}).get("x-roles") == ["public"]]


def test_public_fields_are_on_the_allow_list() -> None:
    modules = [import_module(f"{pages.__name__}.{each.name}") for each in pkgutil.iter_modules(pages.__path__)]
    members = [each for module in modules for each in vars(module).values() if dataclasses.is_dataclass(each)]
    classes = {each for each in members if isinstance(each, type)}
    found = [f"{each.__name__}.{field.name}" for each in classes for field in dataclasses.fields(each)]
    listed = ALLOWED.read_text(encoding="utf-8").splitlines()
    assert len(found) > 200
    assert sorted(found) == listed, "a new public field is added to the list by hand, once it is clear that it may be"


def test_every_public_operation_was_read(site: Site) -> None:
    templates = public_operations(site.document)
    assert len(templates) > 20
    assert unread(templates, site.answers) == []
    assert len(site.answers) >= LEAST


def test_every_link_leads_somewhere(site: Site) -> None:
    broken = {path: answer.status_code for path, answer in site.answers.items() if answer.status_code != 200}
    assert {path: status for path, status in broken.items() if path not in NOWHERE} == {}


def test_every_anchor_that_is_linked_to_is_there(site: Site) -> None:
    anchors: dict[str, set[str]] = {}
    linked = []
    for path, answer in site.answers.items():
        if answer.headers.get("content-type", "").startswith("text/html"):
            links = Links()
            links.feed(answer.text)
            anchors[path] = links.anchors
            linked += [(path, each) for each in links.found if "#" in each]
    lost = [
        (path, each) for path, each in linked if each.partition("#")[2] not in anchors[each.partition("#")[0] or path]
    ]
    assert len(linked) > 50
    assert lost == []


def test_nothing_that_leads_nowhere_says_why(site: Site) -> None:
    pages_of_404 = [site.answers[path] for path in MISSING[:3]]
    assert [answer.status_code for answer in pages_of_404] == [404, 404, 404]
    assert all("<main" in answer.text for answer in pages_of_404)


def test_staff_do_see_what_is_looked_for(site: Site) -> None:
    keys = json.loads((demonstration.played() / "keys.json").read_text(encoding="utf-8"))
    headers = {"Authorization": f"Bearer {keys['register_officer']}"}
    seen = "".join(site.client.get(f"/api/v1/{name}", headers=headers).text for name in ("operators", "inspectors"))
    seen_by_staff = ("contact name", "contact phone", "risk class", "source of a risk class")
    for kind in (*seen_by_staff, "inspector number", "certificate", "inspector not sent"):
        assert all(each in seen for each in own_data()[kind]), kind


def test_nothing_the_bureau_keeps_to_itself_is_in_any_public_answer(site: Site) -> None:
    answers = {path: said(answer) for path, answer in site.answers.items()}
    found = []
    for kind, values in own_data().items():
        assert values, kind
        assert all(len(value) > 4 for value in values), kind
        for value in values:
            found += [(kind, value, path) for path, text in answers.items() if value in text]
    assert found == []


def test_names_of_those_sent_are_public(site: Site) -> None:
    page = next(answer.text for path, answer in site.answers.items() if re.fullmatch(r"/draws/[0-9]+", path))
    sent = column("SELECT inspector_name FROM visit_seats")
    assert len(sent) >= 26
    assert all(name in page for name in sent)


def test_api_is_closed_to_the_public(site: Site) -> None:
    for path, methods in site.document["paths"].items():
        for method, operation in methods.items():
            if operation["x-roles"] != ["public"]:
                answer = site.client.request(method, re.sub(r"{\w+}", "1", path))
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), path
