"""The root of what publicity refuses. The legal terms and the log state their own errors beside the rule."""

from typing import ClassVar

from registry.errors import Nature
from sampling.wording import Bilingual


class PublicityError(Bilingual):
    """Something publicity refuses; nothing was changed."""

    nature: ClassVar[Nature] = "invalid"
