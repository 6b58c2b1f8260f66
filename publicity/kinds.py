"""What each kind of entry says in words, in Chinese and in English: the log shows kinds in clear and for ever."""

from types import MappingProxyType
from typing import Final

from registry.journal import Kind
from sampling.wording import Words

KIND_WORDS: Final = MappingProxyType(
    {
        Kind.PERSON_ADDED: ("登记了一名工作人员", "a member of staff was added"),
        Kind.STAGE_DECLARED: (
            "说明了本日志属于演示或演练，不是真实抽查",
            "it was declared what the log is of: a demonstration or a rehearsal, not real draws",
        ),
        Kind.PERSON_CHANGED: ("停用或恢复了一名工作人员", "a member of staff was suspended or restored"),
        Kind.KEY_ISSUED: ("签发了访问密钥", "an access key was issued"),
        Kind.KEY_REVOKED: ("吊销了访问密钥", "an access key was revoked"),
        Kind.DEPARTMENT_ADDED: ("登记了部门", "a department was added"),
        Kind.DEPARTMENT_CODE_STATED: ("登记了部门统一社会信用代码", "a department's credit code was stated"),
        Kind.OPERATORS_IMPORTED: ("导入了经营者名录", "the register of operators was imported"),
        Kind.OPERATOR_CHANGED: ("修改了一户经营者的登记", "an operator's record was changed"),
        Kind.OPERATOR_MERGE_REQUESTED: ("申请合并重复的经营者", "two records of an operator were to be merged"),
        Kind.OPERATOR_MERGE_REFUSED: ("不同意合并经营者", "a merging of operators was refused"),
        Kind.OPERATOR_MERGED: ("合并了重复的经营者", "two records of an operator were merged"),
        Kind.OPERATOR_UNMERGED: ("撤销了经营者的合并", "a merging of operators was undone"),
        Kind.INSPECTORS_IMPORTED: ("导入了执法检查人员名录", "the roster of inspectors was imported"),
        Kind.RECUSALS_IMPORTED: ("导入了回避申请", "requests for recusal were imported"),
        Kind.RECUSALS_DECIDED: ("批量决定了回避申请", "requests for recusal were decided together"),
        Kind.ITEMS_IMPORTED: ("导入了抽查事项清单", "the list of items was imported"),
        Kind.CALENDAR_IMPORTED: ("导入了工作日历", "a calendar of working days was imported"),
        Kind.RECUSAL_REQUESTED: ("申请回避", "a recusal was asked for"),
        Kind.RECUSAL_DECIDED: ("决定了回避申请", "a recusal was decided"),
        Kind.RECUSAL_WITHDRAWN: ("撤回了回避", "a recusal was withdrawn"),
        Kind.LEAVE_RECORDED: ("登记了人员请假", "an inspector's leave was recorded"),
        Kind.LEAVE_DECIDED: ("决定了请假", "a leave was decided"),
        Kind.LEAVE_CANCELLED: ("取消了请假", "a leave was cancelled"),
        Kind.LOAN_REQUESTED: ("申请借调人员", "a loan of inspectors was asked for"),
        Kind.LOAN_DECIDED: ("决定了借调", "a loan of inspectors was decided"),
        Kind.CAP_DRAFTED: ("拟定了检查频次上限", "a cap on inspections was drafted"),
        Kind.CAP_APPROVED: ("批准了检查频次上限", "a cap on inspections was approved"),
        Kind.ITEM_ADDED: ("增加了抽查事项", "an item was added"),
        Kind.ITEM_CHANGED: ("修改了抽查事项", "an item was changed"),
        Kind.ITEM_ENDED: ("终止了抽查事项", "an item was ended"),
        Kind.PLAN_DRAFTED: ("拟定了抽查计划", "a plan was drafted"),
        Kind.PLAN_APPROVED: ("批准了抽查计划", "a plan was approved"),
        Kind.PLAN_CHANGE_REQUESTED: ("申请变更计划", "a change of a plan was asked for"),
        Kind.PLAN_CHANGE_DECIDED: ("决定了计划变更", "a change of a plan was decided"),
        Kind.BATCH_DRAFTED: ("拟定了抽查批次", "a batch was drafted"),
        Kind.BATCH_APPROVED: ("批准了抽查批次", "a batch was approved"),
        Kind.DRAW_COMMITTED: (
            "锁定：名单、规则和各方秘密的摘要已固定",
            "committed: frame, rules and secret digests are fixed",
        ),
        Kind.BEACON_RECEIVED: ("收到了约定轮次的公开随机数", "the announced round of the beacon was received"),
        Kind.DRAW_VALUE_ENTERED: ("录入了公开值", "the public value was entered"),
        Kind.DRAW_VALUE_CONFIRMED: ("复核了公开值", "the public value was confirmed"),
        Kind.DRAW_ESCROWED: ("登记了秘密的封存", "a secret's sealed envelope was recorded"),
        Kind.DRAW_HANDED_IN: ("一方交出了秘密", "a party handed in its secret"),
        Kind.DRAW_EXECUTED: ("摇号：抽取了对象和人员", "executed: operators and inspectors were drawn"),
        Kind.DRAW_OPENING_REQUESTED: ("申请公开名单", "the opening of a draw was asked for"),
        Kind.DRAW_OPENED: ("公开了抽查名单", "a draw was opened to the public"),
        Kind.DRAW_VOID_REQUESTED: ("申请作废抽取", "a void of a draw was asked for"),
        Kind.DRAW_VOIDED: ("作废了抽取", "a draw was voided"),
        Kind.VISITS_APPROVED: ("批准了检查任务", "visits were approved"),
        Kind.VISIT_REQUESTED: ("申请一次检查", "a visit was asked for"),
        Kind.VISIT_DECIDED: ("决定了检查申请", "a visit was decided"),
        Kind.VISIT_STEPPED: ("登记了检查的一步", "a step of a visit was recorded"),
        Kind.REPLACEMENT_REQUESTED: ("申请替换", "a replacement was asked for"),
        Kind.REPLACEMENT_DECIDED: ("决定了替换", "a replacement was decided"),
        Kind.EVIDENCE_ADDED: ("附上了检查证据", "evidence was added"),
        Kind.FINDING_FILED: ("提交了检查结果", "a finding was filed"),
        Kind.FINDING_CONFIRMED: ("第二名检查人员确认了结果", "a second inspector confirmed a finding"),
        Kind.FINDING_REVIEWED: ("审核了检查结果", "a finding was reviewed"),
        Kind.FOLLOWUP_RECORDED: ("登记了后续处理", "a follow-up was recorded"),
        Kind.RESULT_PUBLISHED: ("公示了检查结果", "a result was published"),
        Kind.PENALTY_DECIDED: ("作出了行政处罚决定", "a penalty was decided"),
        Kind.PENALTY_GRAVITY_STATED: ("补填了处罚的情节", "what the term of a penalty hangs on was stated"),
        Kind.PENALTY_DOCUMENT_ENTERED: ("录入了送达的处罚决定书", "a delivered penalty decision was entered"),
        Kind.PENALTY_NOTICE_RECORDED: (
            "登记了处罚信息将予公示的告知",
            "it was recorded that a party was told of the publication",
        ),
        Kind.PENALTY_LICENCE_STATED: ("补填了被暂扣或吊销的证照", "the licence that a penalty takes away was stated"),
        Kind.UPLOAD_RECORDED: ("登记了向国家平台的上报或撤下", "an upload to a national platform was recorded"),
        Kind.PENALTY_REVIEWED: ("作了公示前的保密和个人信息审查", "a penalty was reviewed before its publication"),
        Kind.PENALTY_PUBLISHED: ("公示了行政处罚", "a penalty was published"),
        Kind.PETITION_RECEIVED: ("收到一件对公示的申请", "a petition about a publication was received"),
        Kind.PETITION_FILE_ADDED: ("收到申请的附件", "a file of a petition was received"),
        Kind.PETITION_ACCEPTED: ("受理了申请", "a petition was taken up"),
        Kind.PETITION_DECLINED: ("未受理申请", "a petition was declined"),
        Kind.PETITION_PROPOSED: ("拟定了对申请的答复", "an answer to a petition was proposed"),
        Kind.PETITION_RETURNED: ("退回了拟定的答复", "a proposed answer was sent back"),
        Kind.PETITION_DECIDED: ("决定了申请", "a petition was decided"),
        Kind.LISTING_ENTERED: ("录入了名录决定", "a decision about a list of operators was entered"),
        Kind.LISTING_DECIDED: (
            "确认或者退回了名录决定",
            "a decision about a list of operators was confirmed or refused",
        ),
        Kind.ANSWERS_KEY_DECLARED: (
            "写明了查询回执由哪个密钥签名",
            "the key that signs answers about restrictions was stated",
        ),
        Kind.WITHDRAWAL_REQUESTED: ("申请撤回公示", "a withdrawal was asked for"),
        Kind.WITHDRAWAL_REFUSED: ("决定不予撤回公示", "a withdrawal was refused"),
        Kind.DISCLOSURE_ENDED: ("停止了公示", "publications ended"),
        Kind.STATE_RECORDED: ("记录了全部数据的现状", "the state of every table was recorded"),
        Kind.ERASURE_REQUESTED: ("申请依法删除内容", "an erasure was asked for"),
        Kind.ERASED: ("依法删除了内容", "texts were erased lawfully"),
        Kind.LOG_KEYS_CHANGED: ("写明了本日志由哪些密钥签名", "the keys that sign this log were stated"),
        Kind.LOG_WITNESSES_CHANGED: ("写明了本日志的见证人", "the witnesses of this log were stated"),
    }
)
"""Every kind there is, each once."""


def kind_words(kind: str) -> Words:
    """Return what a kind says; one that this version does not know, as it stands."""
    return KIND_WORDS[Kind(kind)] if kind in set(Kind) else (kind, kind)
