"""Names of operators: as they are shown to the public, and as they are looked up.

A natural person without a licence is shown by the first character of the name alone; everybody else by the registered
name. For the search a name is reduced to its letters, digits and characters, and cut into pairs, because an index can
find a pair wherever it stands in a name, and Chinese has no spaces to cut at.
"""

import re
import unicodedata
from operator import add

PAIR = 2
"""Characters of a gram, and the fewest that a part of a name must have to be searched for by index."""

_PLAIN = re.compile(r"[!-~\u4e00-\u9fff（）《》、，。·—“”]*+")
"""Printable ASCII, ideographs and usual punctuation: nearly every name."""


def masked_name(name: str) -> str:
    """Return a natural person's name as the public sees it.

    >>> masked_name("张三丰")
    '张**'
    """
    return name[:1] + "**"


def name_key(name: str) -> str:
    """Return a name as it is compared: compatibility forms unified, lower case, letters, digits and characters only.

    >>> name_key("（虚构）ＡＢ 商城·1店")
    '虚构ab商城1店'
    """
    if _PLAIN.fullmatch(name):  # what compatibility changes in these is dropped below
        return "".join(filter(str.isalnum, name)).lower()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).lower()))


def name_grams(key: str) -> str:
    """Return the distinct pairs of neighbouring characters of a name's key, in order, with spaces between.

    >>> name_grams("汾水优选"), name_grams("汾")
    ('汾水 水优 优选', '汾')
    """
    return " ".join(grams_of(key))


def grams_of(key: str) -> list[str]:
    """Return the distinct pairs of a key in order; a key of one character is its own."""
    if len(key) < PAIR:
        return [key] if key else []
    return list(dict.fromkeys(map(add, key, key[1:])))
