"""The outcome of an opened draw as its page shows it: who was drawn, by whom visited, who comes next, which files."""

from datetime import date

from sqlmodel import Session

from publicity.draw_files import public_files
from publicity.pages.outcomes import FileLine, Outcome
from publicity.views.drawn import alternate_units, bundle_path, drawn_units
from publicity.views.records import file_path
from publicity.views.replacements import replacement_lines
from registry.draws import Draw, DrawExecution
from sampling import names
from sampling.commitment import Commitment
from sampling.public_value import PUBLIC_VALUE
from sampling.seed import Reveal, derive

STEP_OF = {
    **dict.fromkeys((names.FRAME, names.EXCLUSIONS, names.INSPECTORS, names.RECUSALS), 1),
    **dict.fromkeys((names.COMMITMENT, names.COSIGNED), 2),
    **dict.fromkeys((names.REVEAL, PUBLIC_VALUE), 3),
    **dict.fromkeys((names.DRAWN, names.TEAMS, names.REPLACEMENTS), 4),
}
"""Which of the five steps of a draw each of its files is of."""
TRACE = 5
"""The step of every other: what the log says."""


def outcome_shown(session: Session, draw: Draw, executed: DrawExecution, today: date) -> Outcome:
    """Return what an opened draw shows beyond its commitment; of a withheld one nothing that could tell a stratum."""
    draw_id, withheld = draw.committed.draw_id, draw.committed.withheld
    seed = derive(Commitment.from_bytes(draw.committed.commitment), Reveal.from_bytes(executed.reveal))
    drawn, drawn_paging = drawn_units(session, draw, today)
    alternates, alternates_paging = alternate_units(session, draw)
    replacements, replacements_paging = replacement_lines(session, draw)
    return Outcome(
        seed=None if withheld else seed.seed,
        subject_key=None if withheld else seed.subject_key,
        team_key=None if withheld else seed.team_key,
        drawn=drawn,
        drawn_paging=drawn_paging,
        alternates=alternates,
        alternates_paging=alternates_paging,
        replacements=replacements,
        replacements_paging=replacements_paging,
        files=[
            FileLine(
                name=name,
                path=file_path(draw_id, name),
                size=file.size,
                digest=file.digest,
                step=STEP_OF.get(name, TRACE),
            )
            for name, file in public_files(session, draw).items()
        ],
        bundle_path=None if withheld else bundle_path(draw_id),
    )
