"""Receiving (外省推送): which penalties of other provinces are taken in; the record is ``registry.received``.

What is taken in goes through the same gate as a decision of ours and is published within its own days, counted from the
receipt. The authority that decided has it uploaded, and decides on its early end.

Source: 市场监督管理行政处罚信息公示规定 (45号令) articles 10, 14.
"""

from publicity.clocks import Deadlines, Duty
from registry.areas import parse_area
from registry.errors import FieldError
from registry.journal import Act
from registry.operators import get_operator
from registry.penalties import Penalty
from registry.received import Received
from registry.received import receive_penalty as record_received


def receive_penalty(act: Act, received: Received, deadlines: Deadlines) -> Penalty:
    """Record a penalty that another province pushed against an operator who is registered in this one.

    Raises AbsentError, MergedError, FieldError, AreaError, ReceivedBeforeError, NoClockError.
    """
    if not deadlines.is_elsewhere(parse_area(received.authority_area)):
        raise FieldError(
            ("authority_area",),
            ("决定机关在本省，不是外省推送。", "The authority is of this province, so nothing was pushed."),
            (
                "请填写外省决定机关所在地的行政区划代码。",
                "Give the code of the place where the other authority is.",
            ),
        )
    area = get_operator(act.session, received.unit_id).area
    if deadlines.is_elsewhere(area):
        raise FieldError(
            ("unit_id",),
            (
                f"当事人登记在外省（{area}），由登记地公示。",
                f"The party is registered in another province ({area}), which publishes it.",
            ),
            ("请退回推送机关，并核对登记地。", "Send it back, and check where the party is registered."),
        )
    deadlines.rule_on(Duty.PENALTY_RECEIVED, received.received_on)
    return record_received(act, received)
