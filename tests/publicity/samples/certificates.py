"""Certificates of draws, in every state and at the ends of what they have to hold."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from publicity.pages.certificate import Certificate
from publicity.pages.cosigners import CosignerLine, WatchedLine
from publicity.pages.draws import DrawPage, QuotaLine, ReasonCount
from publicity.pages.site import Site
from publicity.proof import FRAME_TRUST, PARTIES, SIGNED_APART, WITHHELD
from publicity.views.paper import room_for
from sampling.stages import Stage
from tests.publicity.samples.case import DRAW_ID, START, company, hexadecimal, site
from tests.publicity.samples.draws import (
    committed_draw,
    drand_draw,
    large_draw,
    opened_draw,
    redrawn_draw,
    sealed_draw,
    voided_draw,
    waiting_draw,
    withheld_draw,
)
from tests.publicity.samples.outcomes import outcome

PATH = f"/draws/{DRAW_ID}/certificate"
CAVEATS = [
    PARTIES,
    SIGNED_APART,
    FRAME_TRUST,
    WITHHELD,
]


def certificate_of(draw: DrawPage, watched: WatchedLine | None = None, of: Site | None = None) -> Certificate:
    """Return the certificate of a draw's page, with as much on it as there is room for."""
    around = of or replace(draw.site, path=PATH, json_path=f"{PATH}.json")
    names = [each.name for each in watched.cosigners] if watched else []
    room = room_for(draw, cosigners=names, marked=not around.stage.is_real)
    return Certificate(
        site=around,
        draw=draw,
        rules=room.rules,
        listed=room.listed,
        teams=room.teams,
        watched=watched,
        verifier_digest=hexadecimal("verify.py"),
    )


def watched() -> WatchedLine:
    """Return a head that three witnesses cosigned."""
    return WatchedLine(
        size=214,
        cosigners=[
            CosignerLine(name=f"witness.example/{name}", cosigned_at=START + timedelta(minutes=5))
            for name in ("province", "university", "press")
        ],
    )


def crowded_draw(drawn: int) -> DrawPage:
    """Return a draw in which everything that can be long is long."""
    page = drand_draw() if drawn % 2 else opened_draw()
    made = outcome(drawn, 3)
    long = [replace(unit, name=company(number) * (1 + number % 3)) for number, unit in enumerate(made.drawn)]
    return replace(
        page,
        title="长" * 200,
        outcome=replace(made, drawn=long),
        exclusions=[ReasonCount(reason=f"r{n}", text="所在地区检查人员不足", count=10_000 + n) for n in range(7)],
        quotas=[
            QuotaLine(
                stratum=f"1401{n:02d}",
                units=1_000,
                rule="抽取比例 3.3333%，不足一户的进为一户",
                drawn=34,
                certain=False,
                cutoff=hexadecimal("cutoff", n),
            )
            for n in range(40)
        ],
        source=replace(page.source, what="事" * 200, witnesses=[f"示例见证人{n}（虚构）" for n in range(9)]),
        level=replace(page.level, caveats=CAVEATS),
        secrets=page.secrets * 4,
    )


def certificates() -> Mapping[str, Certificate]:
    """Return certificates by a name of the case."""
    real = replace(opened_draw(), level=replace(opened_draw().level, caveats=CAVEATS))
    many = replace(opened_draw(), outcome=outcome(200, 3))
    return {
        "opened": certificate_of(opened_draw()),
        "opened-real": certificate_of(real, watched(), site(PATH, stage=Stage.REAL)),
        "opened-rehearsal": certificate_of(opened_draw(), of=site(PATH, stage=Stage.REHEARSAL)),
        "sealed": certificate_of(sealed_draw(), watched()),
        "committed": certificate_of(committed_draw()),
        "waiting": certificate_of(waiting_draw()),
        "drand": certificate_of(drand_draw(), watched()),
        "large": certificate_of(large_draw()),
        "voided": certificate_of(voided_draw()),
        "voided-unexecuted": certificate_of(replace(committed_draw(), state="voided", voided_at=START)),
        "redrawn": certificate_of(redrawn_draw()),
        "withheld": certificate_of(withheld_draw()),
        "many": certificate_of(many),
        "withheld-many": certificate_of(
            replace(withheld_draw(), outcome=replace(outcome(200, 0), files=[], seed=None, subject_key=None))
        ),
        **{f"crowded-{drawn}": certificate_of(crowded_draw(drawn), watched()) for drawn in (1, 26, 27, 60, 301)},
    }
