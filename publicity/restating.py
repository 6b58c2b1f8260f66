"""What the term of a penalty hangs on is stated anew only before it is published: afterwards its term stands.

A decision whose severity is missing can so be published under rules that go by it, without being rewritten.
"""

from publicity.disclosure import is_published, penalty_source
from publicity.errors import PublicityError
from registry.deciding import state_gravity as record_gravity
from registry.gravity import Gravity
from registry.journal import Act
from registry.penalties import Penalty, get_penalty


class TermStandsError(PublicityError):
    """The penalty is published, and its term with it."""

    nature = "conflict"
    zh = "{number} 已经公示，公示期已定，不再补填情节。未作任何改动。"
    en = "{number} is published, and its term stands. Nothing was changed."


def state_gravity(act: Act, penalty_id: str, gravity: Gravity) -> Penalty:
    """State what the term of a decision hangs on and return the decision.

    Raises AbsentError, TermStandsError, SamePersonError, FieldError.
    """
    penalty = get_penalty(act.session, penalty_id)
    if is_published(act.session, penalty_source(penalty_id)):
        raise TermStandsError(number=penalty.decision_no)
    record_gravity(act, penalty_id, gravity)
    return penalty
