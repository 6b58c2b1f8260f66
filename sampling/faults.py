"""The rules that input can break: a closed list, each with its sentence in Chinese and in English.

A sentence says what is wrong and what would be right; the place is put before it by ``sampling.errors``.
"""

from enum import Enum, unique


@unique
class Fault(Enum):
    """One rule of the protocol, broken. The value is (Chinese, English), with the same placeholders in both."""

    # files
    MISSING_FILE = ("缺少这个文件", "the file is missing")
    UNREADABLE = ("无法读取：{reason}", "cannot be read: {reason}")
    NOT_A_FILE = ("不是普通文件", "is not a regular file")
    NOT_A_DIRECTORY = ("不是目录", "is not a directory")
    UNWRITABLE = ("无法写入：{reason}", "cannot be written: {reason}")
    DIFFERS = (
        "与重新计算的结果不同：文件中是“{found}”，应为“{expected}”。文件未改动",
        "differs from what the draw gives: it says “{found}”, right is “{expected}”. The file was left as it is",
    )
    # CSV
    NOT_UTF8 = ("不是有效的 UTF-8", "is not valid UTF-8")
    BYTE_ORDER_MARK = ("以字节顺序标记（BOM）开头；应删除", "starts with a byte-order mark; there must be none")
    CARRIAGE_RETURN = (
        "含有回车符（CR）；行尾只能是 LF",
        "has a carriage return (CR); a line ends with LF alone",
    )
    QUOTED = ("含有引号；各字段不得加引号", "has a quotation mark; fields are never quoted")
    LAST_LINE_END = ("最后一行没有换行符", "the last line has no line end")
    HEADER = ("表头应为“{expected}”，现为“{found}”", "the header must be “{expected}”, not “{found}”")
    BLANK_LINE = ("是空行", "is a blank line")
    FIELDS = ("应有 {expected} 个字段，现有 {found} 个", "must have {expected} fields, has {found}")
    FIELD_IDENTIFIER = (
        "{column} “{value}”不合规：应为 1 至 64 个 0-9 A-Z a-z . _ - 字符",
        "{column} “{value}” is not 1 to 64 characters of 0-9 A-Z a-z . _ -",
    )
    FIELD_AREA = (
        "{column} “{value}”不合规：应为两位、四位或六位数字，且末尾不是 00",
        "{column} “{value}” is not two, four or six digits that do not end in 00",
    )
    TWO_ROWS = ("“{value}”含有换行符", "“{value}” has a line end in it")
    ORDER = (
        "“{value}”未按字节顺序排在“{before}”之后",
        "“{value}” does not come after “{before}” in the order of bytes",
    )
    TWICE = ("“{value}”重复出现", "“{value}” is there twice")
    FRAME_EMPTY = ("没有任何抽查对象；至少应有一个", "has no units; there must be at least one")
    EXCLUDED_AND_FRAMED = (
        "“{value}”同时列入 frame.csv 和 exclusions.csv；只能二选一",
        "“{value}” is both in frame.csv and in exclusions.csv; it belongs in one of them",
    )
    UNKNOWN_INSPECTOR = ("执法人员“{value}”不在 inspectors.csv 中", "inspector “{value}” is not in inspectors.csv")
    UNKNOWN_UNIT = ("抽查对象“{value}”不在 frame.csv 中", "unit “{value}” is not in frame.csv")
    TWINS = ("“{first}”与“{second}”只有大小写不同", "“{first}” and “{second}” differ in case only")
    # JSON
    NOT_JSON = ("第 {line} 行第 {column} 列处不是 JSON", "is not JSON at line {line}, column {column}")
    NOT_CANONICAL = (
        "不是 RFC 8785 规定的规范格式（JCS）",
        "is not in the canonical form of RFC 8785 (JCS)",
    )
    DEPTH = ("嵌套过深", "is nested too deeply")
    KEY_TWICE = ("这个键重复出现", "the key is there twice")
    KEY_MISSING = ("缺少键“{key}”", "the key “{key}” is missing")
    KEY_UNKNOWN = ("不应有键“{key}”", "there must be no key “{key}”")
    NUMBER = (
        "“{value}”不合规：数字只能是 0 至 2^53-1 的整数",
        "“{value}” is not allowed: a number is an integer from 0 to 2^53-1",
    )
    SURROGATE = ("含有不成对的代理字符", "has a lone surrogate")
    NOT_TEXT = ("应为文本", "must be text")
    NOT_INTEGER = ("应为整数", "must be an integer")
    NOT_OBJECT = ("应为对象", "must be an object")
    NOT_LIST = ("应为数组", "must be a list")
    # what the values may be
    PROTOCOL = ("“{value}”不是本程序执行的协议 double-random/1", "“{value}” is not the protocol double-random/1")
    HASH = ("“{value}”不是 sha256 或 sm3", "“{value}” is neither sha256 nor sm3")
    IDENTIFIER = (
        "“{value}”不合规：应为 1 至 64 个 0-9 A-Z a-z . _ - 字符",
        "“{value}” is not 1 to 64 characters of 0-9 A-Z a-z . _ -",
    )
    HEX64 = ("应为 64 位小写十六进制数字", "must be 64 lowercase hex digits")
    PROSE = (
        "应为 1 至 200 个字符，NFC 规范形式，不含控制字符",
        "must be 1 to 200 characters, in NFC, without control characters",
    )
    REPLACES_ITSELF = ("一次抽取不能替代自己", "a draw cannot replace itself")
    AT_LEAST = ("应不小于 {least}，现为 {value}", "must be at least {least}, is {value}")
    EMPTY_LIST = ("至少应有一项", "there must be at least one entry")
    RULE = ("应恰有 ratio 或 count 其中一个键", "must have one key, either ratio or count")
    RATIO = (
        "比例“{value}”不合规：应为“1”或“0.”加一至六位数字，且大于零",
        "the ratio “{value}” must be the text 1, or 0. and one to six digits, above zero",
    )
    UNKNOWN_STRATUM = ("frame.csv 中没有“{value}”这一层", "there is no stratum “{value}” in frame.csv")
    SEATS = ("应为 1 至 9 人，现为 {value}", "must be 1 to 9 seats, is {value}")
    TIME = (
        "“{value}”不是 YYYY-MM-DDThh:mm:ss±hh:mm 形式的时间",
        "“{value}” is not a time of the form YYYY-MM-DDThh:mm:ss±hh:mm",
    )
    TIME_ORDER = ("{later} 应晚于 {earlier}", "{later} must be later than {earlier}")
    TIME_BEFORE = ("{later} 不得早于 {earlier}", "{later} must not be earlier than {earlier}")
    # the public source
    SOURCE_KIND = ("“{value}”不是 drand 或 witnessed", "“{value}” is neither drand nor witnessed")
    ROUND_KNOWN = (
        "drand 第 {round} 轮在 committed_at 时已经发布；应选更晚的轮次",
        "drand round {round} is published by committed_at; it must come later",
    )
    ROUND_LATE = (
        "drand 第 {round} 轮在 execute_by 时尚未发布；应选更早的轮次",
        "drand round {round} is not published before execute_by; it must come earlier",
    )
    SIGNATURE_FORM = ("应为 96 位小写十六进制数字", "must be 96 lowercase hex digits")
    SIGNATURE_WRONG = (
        "不是 drand quicknet 第 {round} 轮的签名",
        "is not the signature of round {round} of drand quicknet",
    )
    VALUE_SOURCE = (
        "与锁定书或摇号所用的值不符：应为“{expected}”，现为“{found}”",
        "is not what was committed to or handed in: must be “{expected}”, is “{found}”",
    )
    NO_NAME = ("应为见证人的姓名", "must be the name of a witness")
    ALPHABET = (
        "应为两个以上互不相同的可打印 ASCII 字符",
        "must be two or more distinct printable ASCII characters",
    )
    ALPHABET_WEAK = (
        "可能的取值不足 2^64 种；应增加位数",
        "fewer than 2^64 values are possible; it must be longer",
    )
    # the commitment and its files
    DIGEST = (
        "{of} 的摘要是 {found}，与锁定时的 {committed} 不同",
        "{of} has the digest {found}, but {committed} was committed",
    )
    ROWS = ("{of} 有 {found} 行数据，锁定时为 {committed} 行", "{of} has {found} rows, but {committed} were committed")
    REGISTER_ROWS = (
        "应为 frame.rows 与 exclusions.rows 之和，即 {frame} + {exclusions}，现为 {value}",
        "must be frame.rows and exclusions.rows together, {frame} + {exclusions}, is {value}",
    )
    UNSTAFFABLE = (
        "无法为抽查对象“{unit}”从部门“{department}”派足 {seats} 人：可派的只有 {able} 人",
        "unit “{unit}” cannot be staffed by department “{department}”: {seats} needed, {able} may visit it",
    )
    # the reveal
    SECRETS_COUNT = ("应有 {expected} 个密值，现有 {found} 个", "must be {expected} secrets, are {found}")
    SECRET_DIGEST = (
        "参与方“{party}”的密值与锁定的摘要不符",
        "the secret of party “{party}” does not match the digest that was committed",
    )
    SECRET_SHARED = ("与另一参与方的密值相同", "is the same secret as that of another party")
    VALUE_MISSING = ("锁定时指定了公开来源，此处应有其取值", "a public source was named, so its value must be here")
    VALUE_UNASKED = ("锁定时未指定公开来源，此处应为 null", "no public source was named, so this must be null")
    VALUE_FORM = (
        "应恰为 {length} 个“{alphabet}”中的字符",
        "must be exactly {length} characters of “{alphabet}”",
    )
    # the sealed outcome
    SALTS = ("应有 {expected} 个 32 字节的盐值", "must be {expected} salts of 32 bytes each")
    ROW_PROOF = (
        "这一行的证明与摇号时写入日志的根不符",
        "the proof of this row does not lead to the root that was logged at the execution",
    )
    # replacements
    EVENT_KIND = ("“{value}”不是 unit 或 inspector", "“{value}” is neither unit nor inspector")
    OTHER_DRAW = ("属于另一次抽取；应为 {expected}", "is of another draw; it must be {expected}")
    CHAIN = ("与重新计算的状态摘要不同；应为 {expected}", "is not the digest of the state; it must be {expected}")
    NOT_DRAWN = ("抽查对象“{value}”不在抽取名单中，或已被替补", "unit “{value}” is not drawn, or was replaced before")
    NO_ALTERNATE = (
        "“{stratum}”层已没有候补，无法替补抽查对象“{value}”",
        "stratum “{stratum}” has no alternate left for unit “{value}”",
    )
    NOT_SEATED = ("执法人员“{value}”不在抽查对象“{unit}”的检查组中", "inspector “{value}” is not on unit “{unit}”")
    NOBODY_LEFT = (
        "部门“{department}”已没有可派往抽查对象“{unit}”的其他执法人员",
        "department “{department}” has nobody else who may visit unit “{unit}”",
    )
    NOT_FLAG = ("应为 true 或 false", "must be true or false")
