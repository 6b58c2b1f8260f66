"""The browser reads what witnesses cosigned before the round: which entry, which head, whose word, and in time."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.verifiers.bundles import KEY, STRANGER, WITNESS
from tests.verifiers.cases import canonical
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import PUBLISHED, DrawnLog, Signer, bundle, cosigned, drand_bundle, with_log
from tests.verifiers.running import VECTORS, files_of

OTHER = Signer("witness.example/w2", kind=4, seed=b"o" * 32)
FILES, LOG = drand_bundle()
LOG.signed(KEY)
DRAW = with_log(FILES, LOG)
WITHOUT_LOG = {name: data for name, data in FILES.items() if name != "log.json"}
KEYS = (KEY.vkey, WITNESS.vkey)
WHOLE = len(LOG.entries()) - LOG.before
"""As many entries after the commitment as the log of the bundle has."""
Asked = tuple[dict[str, bytes], tuple[str, ...], bytes]


def instant(at: int) -> str:
    """Return a second as the browser writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def told(verifier: BrowserVerifier, asked: list[Asked]) -> list[list[tuple[str, str]]]:
    """Return the state and the English of the step about witnesses of each draw, under its keys, with such a file."""
    said = verifier.checked(([*files.items(), ("cosigned.json", data)], keys) for files, keys, data in asked)
    return [[(state, en) for step, state, _zh, en in each["steps"] if step == "cosigned"] for each in said]


def log_that_says(**public: object) -> DrawnLog:
    """Return the log of the draw whose entry of the commitment says something more or something else."""
    made = drand_bundle()[1]
    made.changes["draw.committed"] = public
    return made


def written(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return what was cosigned, changed and written again."""
    value = json.loads(cosigned(LOG, KEY, WITNESS))
    change(value)
    return canonical(value)


def of_both_entries() -> bytes:
    """Return the whole log of the draw in the place of what was cosigned."""
    made = drand_bundle()[1]
    made.signed(KEY)
    return canonical(made.value())


def test_commitment_cosigned_before_its_round_is_said_to_be_so(verifier: BrowserVerifier) -> None:
    """To the second; under a head of any size that holds the commitment, that of the published log too."""
    asked: list[Asked] = [
        (DRAW, KEYS, cosigned(LOG, KEY, WITNESS, at=PUBLISHED - 1)),
        (DRAW, KEYS, cosigned(LOG, KEY, WITNESS, at=PUBLISHED - 1, size=1)),
        (DRAW, KEYS, cosigned(LOG, KEY, WITNESS, OTHER, at=0, size=WHOLE)),
        (DRAW, (*KEYS, OTHER.vkey), cosigned(LOG, KEY, WITNESS, OTHER, at=PUBLISHED - 1)),
    ]
    by = [
        f"{WITNESS.name} ({instant(PUBLISHED - 1)})",
        f"{WITNESS.name} ({instant(PUBLISHED - 1)})",
        f"{WITNESS.name} ({instant(0)})",
        f"{WITNESS.name} ({instant(PUBLISHED - 1)})、{OTHER.name} ({instant(PUBLISHED - 1)})",
    ]
    expected = [f"Cosigned before the round came out ({instant(PUBLISHED)}) by {names}." for names in by]
    assert told(verifier, asked) == [[("good", words)] for words in expected]


def test_witness_whose_key_nobody_gave_is_not_believed_and_not_refused(verifier: BrowserVerifier) -> None:
    data = cosigned(LOG, KEY, WITNESS)
    words = "No cosignature was checked: give the log's key, and those got from the witnesses themselves."
    asked: list[Asked] = [
        (DRAW, (KEY.vkey,), data),
        (DRAW, (KEY.vkey, OTHER.vkey), data),
        (DRAW, (), data),
        (WITHOUT_LOG, (), data),
        (DRAW, KEYS, cosigned(LOG, KEY)),
    ]
    assert told(verifier, asked) == [[("open", words)]] * len(asked)


def test_what_shows_something_else_is_refused_with_its_reason(verifier: BrowserVerifier) -> None:
    of_another_root = log_that_says()
    of_another_root.changes["draw.executed"] = {"seed": "0" * 64}
    witnessed, plain = bundle()[0], files_of(VECTORS / "draw" / "accept" / "counties")
    del plain["expected.json"]
    other_entry = "cosigned.json: its entry is not the one in log.json"
    alone = "cosigned.json: the commitment's entry alone is wanted"
    no_round = "cosigned.json: the commitment names no round of drand"
    late = f"cosigned.json: {WITNESS.name} cosigned when the round was out already"
    asked: list[tuple[dict[str, bytes], tuple[str, ...], bytes, str]] = [
        (DRAW, KEYS, cosigned(LOG, KEY, WITNESS, at=PUBLISHED), late),
        (DRAW, KEYS, cosigned(LOG, KEY, WITNESS, at=2**63 - 1), late),
        (DRAW, KEYS, cosigned(LOG, KEY, WITNESS, entry=1, size=WHOLE), alone),
        (DRAW, KEYS, of_both_entries(), alone),
        (DRAW, KEYS, cosigned(log_that_says(x=1), KEY, WITNESS), other_entry),
        (
            WITHOUT_LOG,
            (),
            cosigned(log_that_says(commitment="0" * 64), KEY, WITNESS),
            "cosigned.json “entries.0.entry.public.commitment”: it is not what the files say",
        ),
        (
            DRAW,
            KEYS,
            cosigned(of_another_root, KEY, WITNESS, size=WHOLE),
            "cosigned.json: it has the size of log.json and another root: two histories",
        ),
        (
            DRAW,
            KEYS,
            written(lambda value: value.update(checkpoint=None, cosignatures=[])),
            "cosigned.json: it has no signed head",
        ),
        (witnessed, (), cosigned(LOG, KEY, WITNESS), no_round),
        (plain, (), cosigned(LOG, KEY, WITNESS), no_round),
        (
            DRAW,
            KEYS,
            cosigned(LOG, STRANGER, WITNESS),
            "cosigned.json checkpoint: none of the keys given signed it for log.example/draws",
        ),
        (
            DRAW,
            KEYS,
            written(lambda value: value.update(checkpoint=value["checkpoint"].split("\n\n")[0] + "\n\n")),
            "cosigned.json checkpoint: it is no signed note: text, blank line, signatures",
        ),
        (DRAW, KEYS, b"{}", "cosigned.json: “size” is missing"),
    ]
    said = told(verifier, [(files, keys, data) for files, keys, data, _words in asked])
    assert said == [[("bad", words)] for _files, _keys, _data, words in asked]


def test_without_it_the_time_of_a_draw_by_a_round_rests_on_the_bureaus_word(verifier: BrowserVerifier) -> None:
    witnessed, plain = bundle()[0], files_of(VECTORS / "draw" / "accept" / "counties")
    del plain["expected.json"]
    words = "There is no cosigned.json: that the commitment is older than the round rests on the bureau's word."
    for files, keys, expected in ((DRAW, KEYS, [("open", words)]), (witnessed, (), []), (plain, (), [])):
        (said,) = verifier.checked([([*files.items()], keys)])
        assert said["ok"], said
        assert [(state, en) for step, state, _zh, en in said["steps"] if step == "cosigned"] == expected
