"""What is refused of a bundle before the protocol speaks of it, and of its log. Nothing is written or repaired."""

from publicity.tlog.errors import TlogError


class ArchiveError(TlogError):
    """A ZIP is none that a bundle comes in; it was not unpacked any further."""

    zh = "压缩包不能采用：{problem_zh}。没有写下任何文件；请重新下载，不要用其他程序另存。"
    en = "The ZIP cannot be used: {problem_en}. No file was written; download it again and do not repack it."


class BundleFileError(TlogError):
    """A file is missing, is none of a bundle's, or is larger than any that is looked at."""

    zh = "{file}：{problem_zh}。没有采信，没有写下任何文件；请重新取得全套文件。"
    en = "{file}: {problem_en}. It was not believed, and no file was written; fetch the bundle again."


class LogFileError(TlogError):
    """``log.json`` or ``cosigned.json`` does not show of this draw what it should."""

    zh = "{file}：{problem_zh}。没有采信；请重新取得全套文件，仍然如此的，请向监督机关反映。"
    en = "{file}: {problem_en}. It was not believed; fetch the bundle again, and if that lasts tell the supervisors."
