"""A notice as it is printed, of a drawn visit."""

from datetime import date

from registry.notices import Notice, NoticeInspector, NoticeItem
from tests.publicity.samples.case import DRAW_ID, START, TITLE, code, company
from tests.publicity.samples.door import TOKEN


def notice() -> Notice:
    """Return the notice that the sample of the page behind its code belongs to."""
    return Notice(
        number=f"{DRAW_ID}-02-1",
        operator_name=company(2),
        operator_code=code(2),
        cause="双随机抽取",
        title=TITLE,
        visit_on=date(2020, 9, 15),
        manner="现场检查",
        place="虚构路2号",
        items=(NoticeItem(code="M01", name="主体信息公示", basis="《电子商务法》第十五条", method="现场检查"),),
        inspectors=(NoticeInspector(department="示例省市场监督管理局", name="检查员甲", certificate_no="14000001"),),
        discipline=("不得收受财物",),
        recusal="可以申请回避。",
        duty="请予配合。",
        issued_at=START,
        door=TOKEN,
    )
