"""What is printed and handed over: notices and receipts, with the QR codes that lead to their proofs."""

import hashlib

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.service import service_of
from app.site import public_address
from app.wire.restrictions import AnswersOut
from publicity.operator_receipts import PATH, OperatorReceipt
from publicity.pages.certificate import Certificate
from publicity.pages.restrictions import AnswerSheet, RestrictionLine
from publicity.render import render_answer, render_certificate, render_notice, render_receipt
from publicity.tlog.answers import SignedAnswer
from registry.notices import Notice


def printed_notice(request: Request, notice: Notice) -> HTMLResponse:
    """Return a notice to print and hand over.

    The code holds a whole address: that of the public site by its setting, else the one that the notice was asked for
    under.
    """
    service = service_of(request)
    door = None if notice.door is None else f"{public_address(request)}/door/{notice.door}"
    html = render_notice(notice, authority=service.settings.authority, stage=service.stage, door=door)
    return HTMLResponse(html)


def printed_receipt(request: Request, receipt: OperatorReceipt) -> HTMLResponse:
    """Return an operator's receipt to print and hand over; its code holds a whole address, as that of a notice does."""
    service = service_of(request)
    html = render_receipt(
        receipt,
        authority=service.settings.authority,
        stage=service.stage,
        address=f"{public_address(request)}{PATH}/{receipt.token}",
        keys=[str(key) for key in service.log.keys.keys],
    )
    return HTMLResponse(html)


def printed_answer(request: Request, found: AnswersOut, signed: SignedAnswer) -> HTMLResponse:
    """Return a signed answer about one code to print; what is too long for its QR code leads to the operator's page."""
    service = service_of(request)
    (one,) = found.answers
    sheet = AnswerSheet(
        authority=service.settings.authority,
        stage=service.stage,
        asked=one.asked,
        code=one.code,
        name=one.name,
        state=one.state.value,
        state_words=one.state_words,
        state_words_en=one.state_words_en,
        as_of=found.as_of,
        made_at=found.made_at,
        rests_on=found.note,
        rests_on_en=found.note_en,
        restrictions=[RestrictionLine(**each.model_dump(mode="python")) for each in one.restrictions],
        merged_into=one.merged_into,
        problem=one.problem,
        log_size=found.log_size,
        log_root=found.log_root,
        note=signed.note.decode(),
        signature=signed.note.decode().splitlines()[-1],
        digest=hashlib.sha256(signed.note).hexdigest(),
        address=f"{public_address(request)}/operators/{one.code}" if one.name else None,
    )
    return HTMLResponse(render_answer(sheet), headers={"Cache-Control": "no-store"})


def printed_certificate(request: Request, sheet: Certificate) -> str:
    """Return the certificate of a draw to print, with its whole address, as a notice has that of its proof."""
    return render_certificate(sheet, address=f"{public_address(request)}/draws/{sheet.draw.draw_id}/certificate")
