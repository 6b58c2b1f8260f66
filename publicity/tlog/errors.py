"""What the log's mathematics refuses. Each error carries the numbers that show why."""

from typing import ClassVar, Literal

from sampling.wording import Bilingual


class TlogError(Bilingual):
    """A proof or a question about the tree that cannot stand; nothing was changed."""

    nature: ClassVar[Literal["absent", "conflict", "forbidden", "invalid"]] = "invalid"


class TreeRangeError(TlogError):
    """A tree was asked about a place it does not have; ``name``, ``value``, ``low`` and ``high`` say which."""

    zh = "{name} 是 {value}，应在 {low} 到 {high} 之间。请核对编号和日志大小。"
    en = "{name} is {value}, but must be from {low} to {high}. Check the number and the size of the log."


class ProofError(TlogError):
    """A proof does not show what it claims; the root of all that a verifier finds."""


class ProofLengthError(ProofError):
    """A proof has ``found`` hashes and the two sizes need ``needed``."""

    zh = "证明有 {found} 个哈希，按日志大小应有 {needed} 个。证明不成立；请重新取得证明。"
    en = "The proof has {found} hashes, but these sizes need {needed}. It proves nothing; fetch the proof again."


class HashLengthError(ProofError):
    """A value that should be a SHA-256 hash has ``found`` bytes; ``what`` names it."""

    zh = "{what} 有 {found} 字节，应为 32 字节。证明不成立；请重新取得证明。"
    en = "{what} has {found} bytes and must have 32. It proves nothing; fetch the proof again."


class RootMismatchError(ProofError):
    """The proof leads to another root than the one given; ``computed`` and ``expected`` are lower-case hex."""

    zh = "按证明算出的根哈希是 {computed}，与给出的 {expected} 不同：记录或日志被改动过，或者证明属于另一个日志。"
    en = (
        "The proof leads to the root {computed}, not to {expected}: "
        "the entry or the log was changed, or the proof is of another log."
    )


class NoteError(TlogError):
    """A signed note that must not be believed; the root of all that opening one finds."""


class NoteSizeError(NoteError):
    """A note is longer than any honest one; ``what`` says by which measure."""

    zh = "签名文本有 {found} {unit_zh}，最多 {most}。没有读取；请重新取得。"
    en = "The signed note has {found} {unit_en}; {most} are the most. It was not read; fetch it again."


class NoteFormError(NoteError):
    """A note is not in the form of C2SP signed-note, byte for byte."""

    zh = "签名文本格式不符：{problem_zh}。没有采信；请重新取得。"
    en = "This is no signed note: {problem_en}. It was not believed; fetch it again."


class SignatureError(NoteError):
    """A signature that bears a known key's name and number does not hold."""

    zh = "“{name}”（{key_id}）的签名不成立：文本被改动过，或者签名是伪造的。整份文本不采信。"
    en = (
        "The signature of “{name}” ({key_id}) does not hold: the text was changed, or the signature is forged. "
        "Nothing of the note was believed."
    )


class DuplicateSignatureError(NoteError):
    """One known key signed a note twice, differently."""

    zh = "“{name}”（{key_id}）在同一份文本上有两个不同的签名。整份文本不采信；请重新取得。"
    en = "“{name}” ({key_id}) signed this note twice, differently. Nothing of it was believed; fetch it again."


class UntrustedNoteError(NoteError):
    """No key that is trusted signed a note."""

    zh = "没有一个受信任的公钥签过这份文本；签名者自称：{names}。没有采信；请核对要求的公钥。"
    en = (
        "None of the trusted keys signed this note; its signers call themselves: {names}. "
        "It was not believed; check which keys you require."
    )


class KeyFormError(TlogError):
    """A text is no key of a signed note. ``key`` is shown for public keys alone."""

    zh = "“{key}”不是签名文本的公钥：{problem_zh}。没有采用；请从发布者处原样复制。"
    en = "“{key}” is no verifier key: {problem_en}. It was not taken; copy it unchanged from whoever publishes it."


class SecretKeyFormError(TlogError):
    """A text is no private key of a signed note. The text itself is never repeated."""

    zh = "私钥文本不合规：{problem_zh}。没有签名；请从备份恢复密钥文件。"
    en = "This is no private key of a signer: {problem_en}. Nothing was signed; restore the key file from its backup."


class AmbiguousKeyError(TlogError):
    """Two trusted keys have one name and one number, so that a signature could be of either."""

    zh = "受信任的公钥中有两个都叫“{name}”、编号同为 {key_id}。没有读取任何签名；每个公钥只列一次。"
    en = "Two of the trusted keys are called “{name}” and numbered {key_id}. No signature was read; list each key once."


class KeyPurposeError(TlogError):
    """A log's key was given for a witness's, or the other way round."""

    zh = "“{name}”（{key_id}）不能用于此处：日志用普通签名公钥，见证人用联署公钥。没有读取任何签名；请核对公钥。"
    en = (
        "“{name}” ({key_id}) is of the wrong kind here: a log has a key for signatures, a witness one for "
        "cosignatures. No signature was read; check the keys."
    )


class CheckpointFormError(NoteError):
    """A text is no checkpoint of C2SP tlog-checkpoint, byte for byte."""

    zh = "检查点格式不符：{problem_zh}。没有采信；请重新取得。"
    en = "This is no checkpoint: {problem_en}. It was not believed; fetch it again."


class OriginError(NoteError):
    """A checkpoint is of another log than the one asked about."""

    zh = "检查点属于日志“{found}”，不是“{expected}”。没有采信；请核对地址。"
    en = "The checkpoint is of the log “{found}”, not of “{expected}”. It was not believed; check the address."


class TileFormError(TlogError):
    """A path or the bytes of a tile are not those of C2SP tlog-tiles."""

    zh = "日志分块不符：{problem_zh}。没有采信；请核对地址。"
    en = "This is no tile of a log: {problem_en}. It was not believed; check the address."


class TilePathError(TileFormError):
    """There is nothing at a tile's address: it is none, or the log does not reach that far."""

    nature = "absent"


class EntryLengthError(TlogError):
    """An entry is longer than a bundle of entries can carry."""

    zh = "日志条目有 {found} 字节，最多 {most} 字节。没有写入；请缩短公开的内容。"
    en = "The log entry has {found} bytes; {most} are the most. It was not written; shorten what is public of it."


class ReceiptError(TlogError):
    """A receipt that must not be believed; the root of all that reading one finds."""


class ReceiptFormError(ReceiptError):
    """A file is no receipt, byte for byte."""

    zh = "这不是一份回执：{problem_zh}。没有采信；请重新下载，不要用其他程序另存。"
    en = "This is no receipt: {problem_en}. It was not believed; download it again and do not save it otherwise."


class ReceiptEntryError(ReceiptError):
    """The entry of a receipt is none of a log's, or is of another place in it."""

    zh = "回执中的日志条目格式不符，或者不是所写编号的条目。没有采信；请重新下载。"
    en = "The entry in the receipt is none of a log, or not the one of its number. It was not believed; fetch it again."


class ReceiptBodyError(ReceiptError):
    """The text of a receipt is not the one that was recorded; digests in lower-case hex."""

    zh = "正文与日志不符：正文和盐值的摘要是 {digest}，日志条目中是 {stated}。正文或盐值被改动过，没有采信。"
    en = (
        "The text is not the one that was recorded: text and salt have the digest {digest}, and the entry {stated}. "
        "One of them was changed; it was not believed."
    )


class ReceiptOriginError(ReceiptError):
    """A receipt names another log than its checkpoint does."""

    zh = "回执写的日志是“{named}”，检查点属于“{found}”。没有采信；请重新下载。"
    en = "The receipt names the log “{named}”, and its checkpoint is of “{found}”. It was not believed; fetch it again."


class RevocationFormError(ReceiptError):
    """A receipt is no revocation of a key for answers of this log."""

    zh = "所给的文件是回执，但不是日志“{origin}”撤销查询回执密钥的条目。没有采信；请从该日志的 /log 页面下载撤销文件。"
    en = (
        "The file is a receipt, and not of an entry of the log {origin} that revokes a key for answers. It was not "
        "believed; download the revocation from /log of that log."
    )


class RevokedAnswerError(ReceiptError):
    """The key that signed an answer was revoked, at a time that the answer claims to be older than, or not."""

    zh = "签这份答复的密钥已于 {at} 撤销（日志第 {index} 条）。{claim_zh}不应采信；请重新查询。"
    en = (
        "The key that signed this answer was revoked at {at} (entry {index} of the log). {claim_en} Do not rely on it; "
        "ask again."
    )
