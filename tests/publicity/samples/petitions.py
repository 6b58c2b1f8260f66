"""A record of its own, disputed and replied to; the form about it, and how far a petition is."""

from dataclasses import replace
from datetime import date

from publicity.pages.petitions import (
    Choice,
    FormFault,
    OperatorReply,
    PetitionFormPage,
    PetitionMark,
    PetitionProgress,
    PetitionsPage,
    PetitionTakenPage,
)
from publicity.pages.record import RecordPage
from tests.publicity.samples.case import company, hexadecimal, site
from tests.publicity.samples.records import penalty

RECORD = "p-2020-0003"
TOKEN = hexadecimal("token")[:32]
MARKS = [
    PetitionMark(
        kind="异议申诉", words="申诉中", received_on=date(2020, 11, 2), answer_by=date(2020, 11, 30), late=True
    ),
    PetitionMark(
        kind="信用修复申请", words="信用修复申请办理中", received_on=date(2020, 11, 3), answer_by=None, late=False
    ),
]
REPLIES = [OperatorReply(text="本公司已经整改，特此说明。", released_on=date(2020, 11, 5))]
KINDS = [
    Choice(value="correction", zh="更正申请", en="request for correction"),
    Choice(value="repair", zh="信用修复申请", en="application for repair"),
]
ASKERS = [Choice(value="operator", zh="本公示所载的经营者", en="the operator of this record")]
NEEDS = [Choice(value="duties_done", zh="已履行处罚决定规定的义务", en="the duties of the decision are done")]


def disputed_record() -> RecordPage:
    """Return a penalty at its own address, disputed, with a reply."""
    return RecordPage(
        site=site(f"/records/{RECORD}"),
        record_id=RECORD,
        operator_name=company(3),
        operator_path="/operators/x",
        petition_path=f"/records/{RECORD}/petition",
        result=None,
        penalty=replace(penalty(3), petitions=MARKS, replies=REPLIES),
    )


def petition_form() -> PetitionFormPage:
    """Return the form as it is opened."""
    return PetitionFormPage(
        site=site(f"/records/{RECORD}/petition"),
        record_id=RECORD,
        operator_name=company(3),
        record_path=f"/records/{RECORD}",
        kinds=KINDS,
        askers=ASKERS,
        needs=NEEDS,
        no_repair="",
        max_files=10,
        max_megabytes=20,
        token=TOKEN,
        filled={},
        faults=[],
    )


def petition_form_wrong() -> PetitionFormPage:
    """Return the form with what was wrong with it."""
    return replace(
        petition_form(),
        needs=[],
        no_repair="该类处罚不得提前停止公示",
        filled={"kind": "correction", "asker": "operator", "text": "请更正"},
        faults=[
            FormFault(field="联系方式", problem="没有填写。", mend="请填写。"),
            FormFault(field="", problem="附件是空文件。", mend=""),
        ],
    )


def petition_taken() -> PetitionTakenPage:
    """Return the page that says a petition was received."""
    return PetitionTakenPage(
        site=site(f"/records/{RECORD}/petition"),
        petition_id="q0001",
        kind="更正申请",
        token=TOKEN,
        files=2,
        record_path=f"/records/{RECORD}",
    )


def petitions() -> PetitionsPage:
    """Return how to ask, before a petition is named."""
    return PetitionsPage(site=site("/petitions"), progress=None, missed=False)


def petition_refused() -> PetitionsPage:
    """Return how far a petition is: answered."""
    progress = PetitionProgress(
        petition_id="q0002",
        kind="信用修复申请",
        record_path=f"/records/{RECORD}",
        received_on=date(2020, 11, 2),
        state="不予支持",
        answer_by=date(2020, 11, 30),
        answer="不予修复。\n不予提前停止公示：2021-05-01 起方可申请。",
        remedy="公示机关将更正该公示",
        again_on=date(2021, 5, 1),
    )
    return replace(petitions(), progress=progress)
