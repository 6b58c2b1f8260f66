"""The pages of the log: signed and unsigned, an entry in the middle and the only one."""

from publicity.kinds import KIND_WORDS
from publicity.pages.log import AnswersKey, EntryLine, EntryPage, LogPage, PublicField, Sentence, SignedLine
from registry.journal import Kind
from tests.publicity.samples.case import START, hexadecimal, site

KINDS = [Kind.DRAW_EXECUTED, Kind.DRAW_COMMITTED, Kind.LOG_KEYS_CHANGED]


def line(index: int, kind: Kind) -> EntryLine:
    """Return one entry in words."""
    zh, en = KIND_WORDS[kind]
    return EntryLine(index=index, path=f"/log/entry/{index}", at=START, kind=kind, words_zh=zh, words_en=en)


def log() -> LogPage:
    """Return the page of a signed log."""
    return LogPage(
        site=site("/log"),
        origin="sjyg.example/log/demo",
        answers_keys=[
            AnswersKey(key="sjyg.example/log/answers+0a1b2c3d+AekyeRrm", path="/log/entry/7"),
            AnswersKey(
                key="sjyg.example/log/answers+1a1b2c3d+AekyeRrn",
                path="/log/entry/3",
                revoked_at=START,
                revoked_path="/log/entry/6",
                revocation_path="/log/revocations/6",
            ),
        ],
        keys=["sjyg.example/log/demo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"],
        size=214,
        root=hexadecimal("root"),
        at=START,
        signed=SignedLine(
            size=214,
            root=hexadecimal("root"),
            at=START,
            held="service",
            note="sjyg.example/log/demo\n214\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— sjyg A=\n",
        ),
        worth=Sentence(zh="示例。", en="A sample."),
        entries=[line(213 - place, kind) for place, kind in enumerate(KINDS)],
    )


def entry() -> EntryPage:
    """Return the page of an entry with a neighbour on either side."""
    return EntryPage(
        site=site("/log/entry/7"),
        entry=line(7, Kind.DRAW_COMMITTED),
        text='{"at":"2020-09-01T02:00:00Z"}',
        digest=hexadecimal("digest"),
        public=[PublicField(name="commitment", value=hexadecimal("commitment"))],
        leaf_hash=hexadecimal("leaf"),
        size=214,
        root=hexadecimal("root"),
        signed=True,
        proof=[hexadecimal("proof", place) for place in range(8)],
        previous_path="/log/entry/6",
        next_path="/log/entry/8",
    )
