"""What is wrong with statutory lists, and what was handed in."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

from app.values import HexDigest, LegalDate, ShortText, distinct
from app.wire.base import Answer, Request
from publicity.uploads import Platform, UploadStep

RECORDS = 10_000
"""Records of one upload, at most."""


class FaultOut(Answer):
    """One wrong field of one record; ``named`` is the decision's number, or the finding and its item."""

    record: str
    named: str
    field: str
    problem: str
    remedy: str


class ReportOut(Answer):
    """What came of judging a list: rows and wrong rows, the good records, and ``count`` faults, of which the first."""

    rows: int
    wrong: int
    good: list[str]
    count: int
    faults: list[FaultOut]


class UploadIn(Request):
    """Records handed to a platform, or taken down there; ``digest`` is the SHA-256 of the file, in hex."""

    platform: Platform
    step: UploadStep = UploadStep.UPLOADED
    records: Annotated[list[Annotated[str, Field(max_length=64)]], AfterValidator(distinct)] = Field(
        min_length=1, max_length=RECORDS
    )
    done_on: LegalDate
    receipt_no: ShortText
    digest: HexDigest
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "platform": "double-publicity",
                    "records": ["p-2020-0001"],
                    "done_on": "2020-10-28",
                    "receipt_no": "SGS-2020-000001",
                    "digest": "0" * 64,
                }
            ]
        }
    )


class UploadOut(Answer):
    """One handing in; ``records`` is how many it is of."""

    upload_id: str
    platform: Platform
    step: UploadStep
    done_on: date
    receipt_no: str
    digest: str
    recorded_by: str
    recorded_at: datetime
    records: int


class TakedownOut(Answer):
    """One record that a platform still has and that is published no longer: under which receipt it went there."""

    platform: Platform
    disclosure_id: str
    named: str
    upload_id: str
    receipt_no: str
    uploaded_on: date
