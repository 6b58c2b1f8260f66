"""Pushing (推送): which penalties go to another province, and by when; the record itself is ``registry.pushes``.

A penalty is pushed where the law puts it on the public page and its party is registered in another province. The push
alone ends that duty: what the deciding authority shows on its own page is shown beside it, and ends nothing.

Source: 市场监督管理行政处罚信息公示规定 (45号令) articles 2, 10.
"""

from publicity.clocks import Deadlines, Duty
from publicity.disclosure import is_publishable
from publicity.errors import PublicityError
from registry.journal import Act
from registry.operators import get_operator
from registry.penalties import get_penalty
from registry.pushes import PenaltyPush, Push
from registry.pushes import push_penalty as record_push
from sampling.wording import Words


class NotPushedError(PublicityError):
    """The law has no push for this penalty."""

    nature = "forbidden"
    zh = "{key} 不须推送：{problem_zh}（市场监督管理行政处罚信息公示规定{article_zh}）。未登记。"
    en = (
        "{key} is not to be pushed: {problem_en} (State Administration for Market Regulation Order 45, {article_en}). "
        "Nothing was recorded."
    )

    def __init__(self, key: str, problem: Words, article: Words) -> None:
        super().__init__(
            key=key, problem_zh=problem[0], problem_en=problem[1], article_zh=article[0], article_en=article[1]
        )


def push_penalty(act: Act, penalty_id: str, push: Push, deadlines: Deadlines) -> PenaltyPush:
    """Record that a penalty of a party from another province was pushed there, with its last day in time.

    Raises AbsentError, SealedError, NotPushedError, AreaError, FieldError, PushStateError, CalendarYearError.
    """
    penalty = get_penalty(act.session, penalty_id)
    if not is_publishable(penalty):
        raise NotPushedError(
            penalty.decision_no,
            ("适用简易程序或者仅受到警告，依法不予公示", "summary procedure or a warning alone is not published"),
            ("第二条", "article 2"),
        )
    area = get_operator(act.session, penalty.unit_id).area
    if deadlines.penalty_duty(area, penalty.decided_on) is not Duty.PENALTY_ELSEWHERE:
        raise NotPushedError(penalty.decision_no, _why_here(deadlines, area), ("第九条、第十条", "articles 9 and 10"))
    due_on = deadlines.known_to(act.session).due_on(Duty.PENALTY_ELSEWHERE, penalty.decided_on)
    return record_push(act, penalty_id, push, due_on=due_on)


def _why_here(deadlines: Deadlines, area: str) -> Words:
    if not deadlines.is_elsewhere(area):
        return f"当事人登记在本省（{area}）", f"the party is registered in this province ({area})"
    return "决定作出时尚无推送的规定", "it was decided before there was a rule to push"
