"""The proof at the door: whoever holds a notice sees that this operator was drawn and these inspectors were sent.

While the draw is sealed the page behind the notice's QR code is checked as a stranger would: by an RFC 6962 that is not
the one that made the proof, by the commands that the page shows, and by a reader of QR codes.
"""

import hmac
import io
import json
import subprocess
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser
from sqlmodel import col, select

import publicity
from app.headers import HEADERS
from registry.doors import ENDING_DIGITS, door_token
from registry.draws import DrawExecution, OutcomeSalt, get_draw
from registry.inspectors import Inspector
from registry.visits import Visit
from sampling.door import RowProof, check_row
from sampling.errors import RefusedError
from sampling.sealing import outcome_leaves, outcome_rows
from tests.app.test_withheld import by_risk
from tests.building import STAGES, Bureau
from tests.desks import Desk, made
from tests.publicity.tlog import rfc6962
from tests.workshop import Opening

CSS = (Path(publicity.__file__).parent / "static" / "site.css").read_text(encoding="utf-8")
PUBLIC_URL = "https://chouchadanwei.example"


@dataclass
class Doorstep:
    """A bureau whose draw is executed, and one visit's notice."""

    bureau: Bureau
    visit_id: str

    @cached_property
    def lead(self) -> Desk:
        """Return the desk of whoever leads the visit."""
        return self.bureau.lead(self.visit_id)

    @cached_property
    def notice(self) -> dict[str, Any]:
        """Return the notice as JSON."""
        found: dict[str, Any] = made(self.lead.get(f"/api/v1/assignments/{self.visit_id}/notice"))
        return found

    @property
    def path(self) -> str:
        """Return the address of the page."""
        return f"/door/{self.notice['door']}"

    @cached_property
    def page(self) -> dict[str, Any]:
        """Return the page as JSON."""
        found: dict[str, Any] = made(self.bureau.public.get(f"{self.path}.json"))
        return found

    @property
    def proof(self) -> RowProof:
        """Return the proof as it stands on the page."""
        said = self.page["proof"]
        path = tuple(bytes.fromhex(each) for each in said["path"])
        return RowProof(said["row"].encode(), bytes.fromhex(said["salt"]), said["index"], said["size"], path)

    @property
    def logged_root(self) -> bytes:
        """Return the root as the log has it, entry by entry."""
        size = made(self.bureau.public.get("/log/head"))["size"]
        entries = [made(self.bureau.public.get(f"/log/entries/{index}")) for index in range(size)]
        (root,) = [each["public"]["outcome_root"] for each in entries if each["kind"] == "draw.executed"]
        return bytes.fromhex(root)


def doorsteps(bureau: Bureau) -> list[Doorstep]:
    return [Doorstep(bureau, visit_id) for visit_id in bureau.notes.visits]


@pytest.fixture
def sealed(opening_anywhere: Opening) -> list[Doorstep]:
    """Return the notices of a sealed draw whose teams have arrived."""
    return doorsteps(opening_anywhere("arrived", sealed=True))


def independent_root(proof: RowProof) -> bytes:
    """Return where a proof leads, by the recursive definition of RFC 6962: the path splits as the tree does."""

    def climb(index: int, size: int, path: list[bytes]) -> bytes:
        if size == 1:
            assert path == []
            return sha256(b"\x00" + sha256(b"\x02" + proof.salt + proof.row).digest()).digest()
        half = rfc6962.split(size)
        *below, beside = path
        if index < half:
            return sha256(b"\x01" + climb(index, half, below) + beside).digest()
        return sha256(b"\x01" + beside + climb(index - half, size - half, below)).digest()

    return climb(proof.index, proof.size, list(proof.path))


def test_page_proves_the_row_against_the_root_in_the_log_while_the_draw_is_sealed(sealed: list[Doorstep]) -> None:
    assert len(sealed) == 3
    for step in sealed:
        draw = made(step.bureau.public.get(f"/draws/{step.bureau.notes.draw_id}.json"))
        assert (draw["state"], draw["outcome_root"]) == ("executed", step.logged_root.hex())
        assert independent_root(step.proof) == step.logged_root
        assert step.page["proof"]["root"] == step.logged_root.hex()
        check_row(step.proof, step.logged_root)
        entry = made(step.bureau.public.get(step.page["entry_path"]))
        assert entry["public"]["outcome_root"] == step.logged_root.hex()
        assert step.bureau.public.get(step.page["proof_path"]).status_code == 200


def test_page_names_operator_and_inspectors_as_the_notice_does(sealed: list[Doorstep]) -> None:
    for step in sealed:
        assert (step.page["operator_name"], step.page["operator_code"]) == (
            step.notice["operator_name"],
            step.notice["operator_code"],
        )
        named = [{key: each[key] for key in ("department", "name", "certificate_no")} for each in step.page["team"]]
        assert named == step.notice["inspectors"]
        row = step.page["proof"]["row"].splitlines()
        assert row[0].startswith(step.page["operator_code"] + ",")
        assert [line.split(",")[3] for line in row[1:]] == [each["roster_no"] for each in step.page["team"]]
        assert [each["lead"] for each in step.page["team"]] == [True, False, False, False]


def test_nothing_of_another_row_is_in_the_answer(sealed: list[Doorstep]) -> None:
    """No other operator's code, name, ticket or salt, no inspector of another team, no other notice's address."""
    bureau = sealed[0].bureau
    with bureau.service.database.reading() as session:
        executed = session.exec(select(DrawExecution)).one()
        salts = session.exec(select(OutcomeSalt).order_by(col(OutcomeSalt.number))).all()
        rows = outcome_rows(executed.drawn, executed.teams)
        leaves = outcome_leaves(rows, [each.salt for each in salts])
        visits = session.exec(select(Visit)).all()
        names = {each.inspector_no: (each.name, each.certificate_no) for each in session.exec(select(Inspector))}
        tokens = {visit.visit_id: door_token(session, visit) for visit in visits}
    teams = bureau.teams()
    frame = {line.split(",")[0] for line in committed_frame(bureau)}
    for step in sealed:
        own = step.page["operator_code"]
        hidden = {f"code {code}": code for code in frame - {own}}
        hidden |= {f"name {visit.unit_id}": visit.operator_name for visit in visits if visit.unit_id != own}
        hidden |= {f"door {visit_id}": str(token) for visit_id, token in tokens.items() if visit_id != step.visit_id}
        hidden |= {f"visit {visit_id}": visit_id for visit_id in tokens if visit_id != step.visit_id}
        for at, row in enumerate(rows):
            if at != step.proof.index:
                hidden |= {f"salt {at}": salts[at].salt.hex(), f"leaf {at}": leaves[at].hex()}
                hidden |= {f"ticket {at}": row.decode().splitlines()[0].split(",")[3]}
                hidden |= {f"line {at}.{n}": line for n, line in enumerate(row.decode().splitlines())}
        for inspector_no in set(names) - set(teams[step.visit_id]):
            name, certificate = names[inspector_no]
            hidden |= {f"inspector {inspector_no}": name, f"certificate {inspector_no}": certificate}
        assert len(hidden) > 20
        for form in ("", ".json"):
            said = everything(bureau.public.get(step.path + form))
            assert [what for what, word in hidden.items() if word in said] == [], form


def committed_frame(bureau: Bureau) -> list[str]:
    with bureau.service.database.reading() as session:
        return get_draw(session, bureau.notes.draw_id).committed.frame.decode().splitlines()[1:]


def everything(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    inner = json.dumps(answer.json(), ensure_ascii=False) if "json" in answer.headers["content-type"] else ""
    return "\n".join(f"{name}: {value}" for name, value in answer.headers.items()) + answer.text + inner


def test_commands_on_the_page_print_what_it_says_and_end_at_the_root(sealed: list[Doorstep]) -> None:
    for step in sealed:
        for each in step.page["steps"]:
            done = subprocess.run(["/bin/sh", "-c", each["command"]], capture_output=True, text=True, check=True)
            assert done.stdout.split()[0] == each["prints"], each["text"]
        assert step.page["steps"][-1]["prints"] == step.page["proof"]["root"]


def test_wrong_salt_row_place_or_path_proves_nothing(sealed: list[Doorstep]) -> None:
    proof, root = sealed[0].proof, sealed[0].logged_root
    other = sealed[1].proof
    wrong = [
        replace(proof, salt=bytes([proof.salt[0] ^ 1]) + proof.salt[1:]),
        replace(proof, salt=other.salt),
        replace(proof, salt=proof.salt[:-1]),
        replace(proof, row=other.row),
        replace(proof, row=proof.row[:-1]),
        replace(proof, row=proof.row.replace(b"market", b"narket", 1)),
        replace(proof, index=other.index),
        replace(proof, index=-1),
        replace(proof, index=proof.size),
        replace(proof, path=proof.path[:-1]),
        replace(proof, path=(*proof.path, bytes(32))),
        replace(proof, path=(proof.path[0][:-1], *proof.path[1:])),
        replace(proof, path=tuple(bytes(32) for _ in proof.path)),
    ]
    for each in wrong:
        with pytest.raises(RefusedError):
            check_row(each, root)
    with pytest.raises(RefusedError):
        check_row(proof, sha256(root).digest())


def test_an_address_that_is_none_is_not_found_and_looks_like_any_other(sealed: list[Doorstep]) -> None:
    """Cut, lengthened, mistyped, of another row, of a draw that is none: one answer, but for the address in it."""
    bureau, token = sealed[0].bureau, sealed[0].notice["door"]
    draw_id, number, ending = token.rsplit(".", 2)
    flipped = ("1" if ending[0] == "0" else "0") + ending[1:]
    other = sealed[1].notice["door"]
    forged = [
        token[:-1],
        token + "0",
        token.upper() if token.upper() != token else token[:-2],
        f"{draw_id}.{number}.{flipped}",
        f"{draw_id}.{number}.{other.rsplit('.', 1)[1]}",
        f"{draw_id}.{int(number) + 90}.{ending}",
        f"{draw_id}.0{number}.{ending}",
        f"{draw_id}x.{number}.{ending}",
        f"{draw_id}.{number}",
        f"{draw_id}.999999999.{ending}",
        f"{draw_id}.{'9' * 40}.{ending}",
        f"{draw_id}.{number}.{nobodys(draw_id, 99)}",
        draw_id,
        "x" * 3000,
        "%00",
    ]
    shapes = set()
    for each in forged:
        for form, accept in (("", "text/html"), (".json", "*/*")):
            answer = bureau.public.get(f"/door/{each}{form}", accept=accept)
            assert answer.status_code == 404, each
            assert answer.headers["cache-control"] == "no-store"
            assert "noindex" in answer.headers["x-robots-tag"]
            if each != "%00":
                shapes.add((form, steady(answer.text, each)))
    assert len(shapes) == 2


def nobodys(draw_id: str, number: int) -> str:
    """Return the ending that the salt which stands in for a missing one would give."""
    text = f"double-random door\n{draw_id}\n{number}\n".encode()
    return hmac.new(bytes(32), text, sha256).hexdigest()[:ENDING_DIGITS]


def steady(text: str, token: str) -> str:
    return text.replace(token, "TOKEN")


def test_page_is_kept_by_nobody_listed_nowhere_and_sends_no_referrer(sealed: list[Doorstep]) -> None:
    for form in ("", ".json"):
        headers = sealed[0].bureau.public.get(sealed[0].path + form).headers
        assert headers["cache-control"] == "no-store"
        assert "noindex" in headers["x-robots-tag"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
        assert "etag" not in headers


def test_page_says_the_same_once_the_draw_is_open(opening: Opening) -> None:
    bureau = opening("arrived", sealed=True)
    before = {step.visit_id: step.page for step in doorsteps(bureau)}
    for stage in STAGES[STAGES.index("arrived") + 1 :]:
        getattr(bureau, stage)()
    for visit_id, page in before.items():
        with bureau.service.database.reading() as session:
            token = door_token(session, session.get_one(Visit, visit_id))
        after = made(bureau.public.get(f"/door/{token}.json"))
        assert after.pop("opened_at") is not None
        assert page.pop("opened_at") is None
        assert {**after, "site": None} == {**page, "site": None}
        assert "已于" in bureau.public.get(f"/door/{token}").text


def test_withheld_draw_is_proved_by_the_row_and_not_by_the_number_of_the_visit(opening: Opening) -> None:
    bureau = opening("approved")
    by_risk(bureau, sealed=True)
    for stage in ("committed", "executed", "arrived"):
        getattr(bureau, stage)()
    steps = doorsteps(bureau)
    assert {step.page["operator_code"] for step in steps} == {step.notice["operator_code"] for step in steps}
    for step in steps:
        assert step.page["operator_code"] == step.notice["operator_code"]
        assert independent_root(step.proof) == step.logged_root
        assert "可能间接反映本户的分组" in bureau.public.get(step.path).text


def test_visit_that_no_draw_caused_has_no_door(opening: Opening) -> None:
    bureau = opening("arrived")
    with bureau.service.database.reading() as session:
        visit = session.exec(select(Visit)).first()
        assert visit is not None
        undrawn = Visit(**visit.model_dump() | {"draw_id": None})
        assert door_token(session, undrawn) is None


def test_address_of_a_notice_is_read_by_team_and_supervisors_alone(opening: Opening) -> None:
    bureau = opening("arrived", sealed=True)
    step = doorsteps(bureau)[0]
    path = f"/api/v1/visits/{step.visit_id}/notice"
    assert made(bureau.desk("supervisor").get(path))["door"] == step.notice["door"]
    for name in ("registrar", "officer", "approver", "reviewer", "publisher", "reader", "administrator"):
        for form in ("", ".html"):
            assert step.notice["door"] not in bureau.desk(name).get(path + form).text, name


def test_notice_bears_a_code_that_a_reader_takes_to_the_page(browser: Browser, opening: Opening) -> None:
    """The notice as Chromium prints it, read by ZXing: the address of the setting, else the one it was asked under."""
    bureau = opening("arrived", sealed=True)
    step = doorsteps(bureau)[0]
    path = f"/api/v1/assignments/{step.visit_id}/notice.html"
    plain = step.lead.get(path)
    bureau.client.app.state.service = replace(  # type: ignore[attr-defined]
        bureau.service, settings=bureau.service.settings.model_copy(update={"public_url": PUBLIC_URL})
    )
    told = step.lead.get(path)
    for answer, base in ((plain, "http://testserver"), (told, PUBLIC_URL)):
        assert "style=" not in answer.text
        assert "<script" not in answer.text
        for width in (390, 1280):
            with browser.new_context(viewport={"width": width, "height": 900}) as context:
                tab = context.new_page()
                tab.set_content(answer.text)
                tab.add_style_tag(content=CSS)
                picture = Image.open(io.BytesIO(tab.screenshot(full_page=True)))
            (read,) = zxingcpp.read_barcodes(picture)
            assert read.format == zxingcpp.BarcodeFormat.QRCode
            assert read.text == f"{base}{step.path}"
        assert f"{base}{step.path}" in answer.text
