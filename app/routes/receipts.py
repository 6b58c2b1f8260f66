"""Receipts: what the log holds of one's own act, with all that it takes to check it without the service."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Response
from sqlmodel import Session

from app.auth import Allow, Caller
from app.own_log import sign_own
from app.service import Service
from app.values import Place
from publicity.receipts import UnsignedEntryError, receipt_for
from publicity.tlog.receipts import Receipt
from registry.people import Role

router = APIRouter(prefix="/api/v1", tags=["回执 receipts"])
Found = TypeVar("Found")
Anyone = Annotated[Caller, Depends(Allow(*Role))]
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {}}, "description": "The receipt, to be kept byte for byte."}
}


@router.get("/receipts/{index}", response_class=Response, responses=FILE)
def read_receipt(index: Annotated[Place, Path()], caller: Anyone) -> Response:
    """The receipt of an entry, for whoever did it and for supervisors (回执); ``double-random verify`` checks it."""
    receipt = signed(caller.service, lambda session: receipt_for(session, index, caller.person))
    return receipt_file(receipt)


def signed(service: Service, find: Callable[[Session], Found]) -> Found:
    """Return what rests on signed entries, which the service signs at once where it signs for itself.

    Raises UnsignedEntryError.
    """
    try:
        with service.database.reading() as session:
            return find(session)
    except UnsignedEntryError:
        if service.log.signer is None:
            raise
    sign_own(service)
    with service.database.reading() as session:
        return find(session)


def receipt_file(receipt: Receipt) -> Response:
    """Return a receipt as a file, which nobody on the way keeps."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="receipt-{receipt.index}.json"',
    }
    return Response(receipt.to_bytes(), media_type="application/json", headers=headers)
