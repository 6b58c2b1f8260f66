"""The public form: anybody, without a login; sent twice it is one; what is wrong is said, and nothing is kept."""

import re
from typing import Any

import httpx
import pytest

from app.routes.petition_form import AT_ONCE, FORMS
from tests.app.test_erasures import sound
from tests.building import Bureau
from tests.desks import made
from tests.petitioners import PDF, STRANGER, petition, take_up, unit_of
from tests.punishing import punished
from tests.workshop import Opening

TOKEN = "0123456789abcdef" * 2


def filled(**changes: str) -> dict[str, str]:
    """Return what a citizen fills in."""
    whole = {
        "token": TOKEN,
        "kind": "correction",
        "asker": "other",
        "asker_name": "李市民",
        "contact": "某路二号",
        "text": "罚款金额与决定书不一致。",
    }
    return whole | changes


def send(bureau: Bureau, path: str, fields: dict[str, str], *files: tuple[str, bytes]) -> httpx.Response:
    """Send a form as a browser does."""
    sent: list[tuple[str, Any]] = [(name, (None, value.encode())) for name, value in fields.items()]
    sent += [("files", (name, data, "application/octet-stream")) for name, data in files]
    return bureau.client.post(path, files=sent, headers={"Accept": "text/html"})


def test_a_citizen_asks_by_the_form_and_reads_the_answer_with_the_word(opening: Opening) -> None:
    """The word is shown once and kept as a digest; sent twice it is one petition; a wrong word opens nothing."""
    bureau = opening("published")
    record = punished(bureau)
    bureau.clock.set("2026-05-12")
    path = f"/records/{record}/petition"
    form = bureau.public.get(path)
    token = re.search(r'name="token" value="([0-9a-f]{32})"', form.text)
    assert token is not None
    assert form.headers["Cache-Control"] == "no-store"
    fields = filled(token=token[1])
    first = send(bureau, path, fields, ("决定书.pdf", PDF))
    again = send(bureau, path, fields, ("决定书.pdf", PDF))
    assert (first.status_code, again.status_code) == (201, 201)
    assert token[1] in first.text
    other = send(bureau, f"/records/r-{bureau.notes.findings[0]}/petition", fields)
    assert (other.status_code, "不是完整的表单" in other.text) == (422, True)
    (petition,) = made(bureau.desk("reviewer").get("/api/v1/petitions"))
    assert (petition["channel"], len(petition["files"])) == ("form", 1)
    assert not any(token[1] in str(row) for rows in bureau.contents().values() for row in rows)
    number = petition["petition_id"]
    take_up(bureau, number)
    followed = send(bureau, "/petitions", {"petition_id": number, "token": token[1]})
    assert followed.status_code == 200
    assert "已受理" in followed.text
    assert "李市民" not in followed.text
    assert send(bureau, "/petitions", {"petition_id": number, "token": TOKEN}).status_code == 404
    sound(bureau)


WRONG: list[tuple[dict[str, str], tuple[tuple[str, bytes], ...], int, str]] = [
    ({"kind": "nonsense"}, (), 422, "申请种类"),
    ({"asker_name": " "}, (), 422, "姓名或者名称"),
    ({"text": "字" * 2001}, (), 422, "申请内容"),
    ({"asker": "operator", "asker_code": STRANGER, "asker_office": "经理"}, (), 403, "不是该公示所载经营者的代码"),
    ({"kind": "reply"}, (), 403, "只能由该公示所载的经营者提出"),
    ({"token": "short"}, (), 422, "不是完整的表单"),
    ({}, (("a.pdf", b"<script>alert(1)</script>"),), 422, "不是 PDF、JPEG 或 PNG"),
    ({}, tuple((f"{n}.pdf", PDF) for n in range(11)), 409, "附件"),
]


def test_what_is_wrong_is_said_by_field_and_nothing_is_kept(opening: Opening) -> None:
    """The page bears what was filled in as text, whatever it holds."""
    bureau = opening("published")
    record = punished(bureau)
    bureau.clock.set("2026-05-12")
    before, hostile = bureau.contents(), '"><script>alert(1)</script>=1+1'
    for changes, files, status, words in WRONG:
        refused = send(bureau, f"/records/{record}/petition", filled(contact=hostile, **changes), *files)
        assert refused.status_code == status, (changes, refused.text)
        assert words in refused.text, changes
        assert "<script>" not in refused.text
        assert "未收取" in refused.text
    broken = bureau.client.post(f"/records/{record}/petition", content=b"kind=reply")
    assert (broken.status_code, broken.json()["code"]) == (422, "form")
    assert bureau.contents() == before


@pytest.mark.parametrize("name", ["p-2026-0999", "r-nobody"])
def test_what_is_not_published_has_no_form(opening: Opening, name: str) -> None:
    bureau = opening("published")
    assert bureau.public.get(f"/records/{name}/petition").status_code == 404
    assert send(bureau, f"/records/{name}/petition", filled()).status_code == 404


def test_the_form_takes_no_more_than_its_bounds(opening: Opening) -> None:
    """Beyond the open ones of a record it refuses with a sentence that says where else to turn."""
    bureau = opening("published")
    record = unit_record(bureau)
    bureau.clock.set("2026-05-12")
    for number in range(21):
        fields = filled(token=f"{number:032x}", asker_name=f"市民{number}")
        answer = send(bureau, f"/records/{record}/petition", fields)
        assert answer.status_code == (201 if number < 20 else 503)
    assert "网上暂不收取" in answer.text


def unit_record(bureau: Bureau) -> str:
    """Return the record of the first visit's result."""
    record = f"r-{bureau.notes.findings[0]}"
    assert unit_of(bureau, record)
    return record


def test_who_sends_a_form_is_not_told_who_asked_before(opening: Opening) -> None:
    """A name that waits and one that does not are answered alike, also when the form takes no more."""
    bureau = opening("published")
    path = f"/records/{punished(bureau)}/petition"
    bureau.clock.set("2026-05-12")
    assert send(bureau, path, filled()).status_code == 201
    assert send(bureau, path, filled(token="1" * 32)).status_code == 201
    for number in range(bureau.service.settings.petitions_of_record - 2):
        sent = send(bureau, path, filled(asker_name=f"市民{number}", token=f"{number + 16:032x}"))
        assert sent.status_code == 201
    answers = [send(bureau, path, filled(asker_name=name, token="2" * 32)) for name in ("李市民", "王市民")]
    assert [(each.status_code, "同类申请" in each.text) for each in answers] == [(503, False)] * 2


def test_who_only_says_to_be_the_operator_stands_in_nobodys_way(opening: Opening) -> None:
    """Until it was shown who asks; then a second petition of the kind waits for its answer."""
    bureau = opening("published")
    record = punished(bureau)
    bureau.clock.set("2026-05-12")
    own = {"kind": "reply", "asker": "operator", "asker_code": unit_of(bureau, record), "asker_office": "经理"}
    assert send(bureau, f"/records/{record}/petition", filled(asker_name="冒名者", **own)).status_code == 201
    path, letter = f"/api/v1/disclosures/{record}/petitions", petition("reply", asker_code=own["asker_code"])
    number = made(bureau.desk("reviewer").post(path, letter))["petition_id"]
    take_up(bureau, number)
    again = bureau.desk("reviewer").post(path, letter | {"asker_name": "另一经办人"})
    assert (again.status_code, again.json()["code"]) == (409, "same_petition")


def test_a_form_that_no_browser_sends_is_refused_before_it_costs_anything(opening: Opening) -> None:
    """A NUL in a text; a record that is not there, before its files are looked at; more forms than are looked at."""
    bureau = opening("published")
    path = f"/records/{punished(bureau)}/petition"
    bureau.clock.set("2026-05-12")
    assert send(bureau, "/petitions", {"petition_id": "q\0", "token": TOKEN}).status_code == 422
    broken = ("a.png", b"\x89PNG\r\n\x1a\nxxxx")
    assert send(bureau, "/records/p-nobody/petition", filled(), broken).status_code == 404
    for _ in range(AT_ONCE):
        FORMS.acquire()
    try:
        busy = send(bureau, path, filled(), ("a.pdf", PDF))
        assert (busy.status_code, "申请太多" in busy.text) == (503, True)
    finally:
        FORMS.release(AT_ONCE)
    assert send(bureau, path, filled(), ("a.pdf", PDF)).status_code == 201
