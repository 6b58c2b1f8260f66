"""What a draw proves and what it leaves open, by what was used (protocol, section 8). Never more than that."""

from collections.abc import Mapping
from types import MappingProxyType

from publicity.heads import Held
from publicity.pages.draws import ProofLevel
from sampling.commitment import Commitment
from sampling.sources import Drand, Witnessed
from sampling.stages import Stage

UNCHANGED = "名单公开之后，任何人都可以核对：锁定之后，名单、规则、人员和回避都没有改动过。"
CHECKED_BY_SUPERVISORS = (
    "锁定书和摇号结果的存证已先后写入日志；名单公开之后，监督人员可以用全套文件核对："
    "锁定之后，名单、规则、人员和回避都没有改动过。"
)
NOT_CHOSEN = "只要其中一方诚实，就没有人能够选定结果。"
NOT_KNOWN = "锁定时没有人能够知道结果。"
MAY_TRY = "抽查机关可以在锁定之前试算多个秘密，再选用其中之一。"
LAST_SEES = "最后交出秘密的一方先看到结果，可以拒绝交出；中止会公开留痕。"
HOLDER_SEES = "持有秘密的人先看到结果，可以中止；中止会公开留痕。"
BELIEVE_WITNESSES = "见证人须可信。"
ROUND_LATER = (
    "只要锁定早于该轮次公布，锁定时就没有人能够知道结果。该轮的签名任何人都可以核验："
    "每一轮只有一个签名，抽查机关和中继都换不成别的随机值。"
)
ROUND_TIME = "锁定是否确实早于该轮次公布，没有外部见证。"

UNSIGNED = (
    "日志头没有签名，也没有见证人联署：锁定的时间以抽查机关所述为准；"
    "能改写整个数据库的人可以换掉全部记录，除非有人另存了较早的日志头或锁定书摘要。"
)
SIGNED_BY_ITSELF = (
    "日志头由本服务自己持有的密钥签名，没有见证人联署：锁定的时间以抽查机关所述为准；"
    "掌握本服务的人可以向不同的人出示不同的历史，只有另存了较早日志头的人能够发现。"
)
SIGNED_APART = (
    "日志头由本服务以外的密钥签名（密钥在何处以抽查机关所述为准），没有见证人联署：锁定的时间以抽查机关所述为准；"
    "只能改写数据库的人改动已签名的历史，签名程序会发现；同时掌握签名密钥的人仍可出示两份历史。"
)
PARTIES = "各方的秘密摘要由经办人录入：是否由各方各自持有，须由各方自己说明。"
FRAME_TRUST = "抽查基数是否完整、现场检查是否尽责，不在证明之内。"
SIMULATED = (
    "本页为演示：公开值由程序模拟，没有见证人，不增加任何证明力；各方秘密也由同一程序生成，因此只按“一方秘密”论。"
)
REHEARSED = (
    "本页为演练：抽查没有发生，抽中与否不作数；公开值不作为见证，各方秘密也不作为各自持有，因此只按“一方秘密”论。"
    "编号以 YL- 开头，写入锁定书、各方秘密摘要和全套文件，演练不能冒充抽查。"
)
UNCOUNTED: Mapping[Stage, str] = MappingProxyType({Stage.DEMONSTRATION: SIMULATED, Stage.REHEARSAL: REHEARSED})
"""Why what was used counts for nothing, in the stages that are no draws."""
WITHHELD = "本次抽查的分组或排除涉及不公开的信息，公众不能自行重算，须相信监督人员的核对。"
CERTAIN = "抽取数等于抽查基数：全部抽中，没有随机。"


def signature_worth(held: str | None) -> str:
    """Return what the signature of a head is worth, by where its key lies; of a head that nobody signed, None."""
    return {None: UNSIGNED, Held.SERVICE.value: SIGNED_BY_ITSELF, Held.APART.value: SIGNED_APART}[held]


def proof_level(
    made: Commitment, *, certain: bool, withheld: bool, stage: Stage, held: str | None = None
) -> ProofLevel:
    """Return what a commitment's sources prove; in a demonstration or a rehearsal, values and parties prove nothing.

    ``certain``: the whole frame is drawn, so that nothing was left to chance. ``withheld``: supervisors alone can
    recompute the draw, because its files would tell risk classes. ``held``: where the key lies that signed the head
    over the commitment; None while nobody did.
    """
    unchanged = CHECKED_BY_SUPERVISORS if withheld else UNCHANGED
    source = made.rules.public_source
    parties = len(made.rules.secrets)
    caveats = [] if stage.is_real else [UNCOUNTED[stage]]
    if certain:
        caveats.append(CERTAIN)
    if withheld:
        caveats.append(WITHHELD)
    if parties > 1 and stage.is_real:
        caveats.append(PARTIES)
    caveats += [signature_worth(held), FRAME_TRUST]
    if not stage.is_real:
        used, proves, leaves = f"一方秘密（{stage.word}）", unchanged, MAY_TRY
    elif isinstance(source, Witnessed):
        used, proves, leaves = "事先指明、当众产生的公开值", unchanged + NOT_KNOWN, HOLDER_SEES + BELIEVE_WITNESSES
    elif isinstance(source, Drand):
        used, proves, leaves = "事先指定轮次的 drand 公开随机数", unchanged + ROUND_LATER, HOLDER_SEES + ROUND_TIME
    elif parties > 1:
        used, proves, leaves = f"{parties} 方各自持有的秘密", unchanged + NOT_CHOSEN, LAST_SEES
    else:
        used, proves, leaves = "一方秘密", unchanged, MAY_TRY
    return ProofLevel(used=used, proves=proves, leaves_open=leaves, caveats=caveats)
