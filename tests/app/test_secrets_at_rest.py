"""Before execution nothing tells the outcome: no secret of a committed draw lies readable, and the key is apart."""

import re
import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text

from registry.draws import get_draw
from tests.building import Bureau
from tests.workshop import Opening

HEX_SECRET = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def raw_bytes(bureau: Bureau) -> bytes:
    """Return all that the database's files hold."""
    database = Path(str(bureau.service.database.url.database))
    return b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))


def cells(bureau: Bureau) -> Iterator[bytes]:
    """Yield every cell of every table as bytes."""
    for rows in bureau.contents().values():
        for row in rows:
            for cell in row:
                yield bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


def blobs(bureau: Bureau) -> Iterator[bytes | memoryview]:
    """Yield every cell of every table that holds bytes."""
    return (
        cell
        for rows in bureau.contents().values()
        for row in rows
        for cell in row
        if isinstance(cell, bytes | memoryview)
    )


def known_digests(bureau: Bureau) -> set[bytes]:
    """Return every 64-digit value that is not a secret: digests of keys, bodies, files, parties and requests."""
    with bureau.service.database.reading() as session:
        run = session.connection().execute
        found = {str(value) for value in run(text("SELECT digest FROM draw_parties")).scalars()}
        found |= {str(value) for value in run(text("SELECT digest FROM api_keys")).scalars()}
        found |= {str(value) for value in run(text("SELECT digest FROM journal")).scalars()}
        found |= {str(value) for value in run(text("SELECT request_digest FROM stored_answers")).scalars()}
        draw = get_draw(session, bureau.notes.draw_id).committed
    found |= {sha256(bytes(cell)).hexdigest() for cell in blobs(bureau)}  # as images of rows have them
    found |= {sha256(each.encode()).hexdigest() for each in found}
    found |= {each.decode() for cell in cells(bureau) for each in re.findall(rb'"images":"([0-9a-f]{64})"', cell)}
    found |= {draw.digest, *re.findall(r"[0-9a-f]{64}", draw.commitment.decode())}
    return {value.encode() for value in found}


def test_no_secret_of_a_committed_draw_lies_readable_in_the_database(opening: Opening) -> None:
    """Every 64-digit value in any table is a digest we know; the service's own secret is none of them."""
    bureau = opening("committed")
    listed = (b'"rows"', b'"parts"')  # an import's digest of its file, and the digests of a fact's parts
    imports = {m for cell in cells(bureau) if any(each in cell for each in listed) for m in HEX_SECRET.findall(cell)}
    found = {match for cell in cells(bureau) for match in HEX_SECRET.findall(cell)}
    assert found - known_digests(bureau) - imports == set()
    with bureau.service.database.reading() as session:
        own, other = session.connection().execute(text("SELECT own_secret FROM draw_parties ORDER BY party")).scalars()
    secret = bureau.service.box.unseal(bytes(own), about=bureau.notes.draw_id)
    assert other is None, "the second party's secret is not here at all"
    assert re.fullmatch("[0-9a-f]{64}", secret)
    for hidden in (secret.encode(), bytes.fromhex(secret), bureau.notes.secret.encode()):
        assert hidden not in raw_bytes(bureau)


def test_the_key_file_is_the_owners_alone_and_outside_the_database(opening: Opening) -> None:
    """Mode 0600, 32 bytes, and the database does not hold them."""
    bureau = opening("committed")
    path = bureau.service.settings.data_dir / "service.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32
    assert path.read_bytes() not in raw_bytes(bureau)


def test_the_sealed_secret_opens_for_its_own_draw_only(opening: Opening) -> None:
    """The draw's id is bound in: a sealed secret moved to another draw does not open."""
    bureau = opening("committed")
    box = bureau.service.box
    sealed = box.seal("5e" * 32, about="one")
    assert box.unseal(sealed, about="one") == "5e" * 32
    with pytest.raises(InvalidTag):
        box.unseal(sealed, about="another")
