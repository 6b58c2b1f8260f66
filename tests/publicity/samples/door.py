"""What a notice proves: the page of one made-up row, while the draw is sealed."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from publicity.pages.door import DoorChange, DoorInspector, DoorPage, DoorProof, DoorStep
from tests.publicity.samples.case import DRAW_ID, START, TEAM, TITLE, code, company, hexadecimal, site

TOKEN = f"{DRAW_ID}.2.{hexadecimal('door')[:32]}"


def door() -> DoorPage:
    """Return the page of the second of 26 drawn."""
    unit_id, numbers = code(2), [f"{410000 + at}" for at in range(4)]
    departments = [TEAM[at // 2] for at in range(4)]
    line = f"{unit_id},all,2,{hexadecimal('ticket')}\n"
    seats = [f"{unit_id},{departments[at].department},{at % 2 + 1},{numbers[at]}\n" for at in range(4)]
    return DoorPage(
        site=site(f"/door/{TOKEN}"),
        draw_id=DRAW_ID,
        draw_path=f"/draws/{DRAW_ID}",
        title=TITLE,
        operator_name=company(2),
        operator_code=unit_id,
        team=[
            DoorInspector(
                department=departments[at].name,
                name=f"检查员{'甲乙丙丁'[at]}",
                certificate_no=f"14000{at}00{at}",
                roster_no=numbers[at],
                lead=at == 0,
            )
            for at in range(4)
        ],
        executed_at=START,
        opened_at=None,
        open_by=START + timedelta(days=120),
        withheld=False,
        stands=True,
        came_at=None,
        changed=None,
        proof=DoorProof(
            row=line + "".join(seats),
            salt=hexadecimal("salt"),
            index=1,
            size=26,
            path=[hexadecimal("path", at) for at in range(5)],
            root=hexadecimal("outcome root"),
        ),
        steps=[
            DoorStep(
                text=f"向上第 {at} 层",
                command=f"printf %s 01{hexadecimal('left', at)}{hexadecimal('right', at)} | xxd -r -p | sha256sum",
                prints=sha256(str(at).encode()).hexdigest(),
            )
            for at in range(1, 6)
        ],
        log_index=181,
        entry_path="/log/entries/181",
        proof_path="/log/proof/inclusion?index=181",
    )


def door_changed() -> DoorPage:
    """Return the page after an inspector of the team was replaced."""
    page = door()
    change = DoorChange(
        at=START + timedelta(days=3),
        proof=replace(page.proof, root=hexadecimal("rows root"), salt=hexadecimal("another salt"), index=17),
        steps=page.steps,
        log_index=204,
        entry_path="/log/entries/204",
        proof_path="/log/proof/inclusion?index=204",
    )
    return replace(page, changed=change)
