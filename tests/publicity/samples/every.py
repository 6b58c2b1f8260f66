"""Every template in every state."""

from dataclasses import replace

from publicity.pages.draws import Asked
from publicity.render import Page
from sampling.stages import Stage
from tests.publicity.samples.caps import caps
from tests.publicity.samples.case import START, code, missing
from tests.publicity.samples.door import door, door_changed
from tests.publicity.samples.drawn import alternates_list, drawn_list, drawn_list_withheld, replacements_list
from tests.publicity.samples.draws import (
    asked_draw,
    committed_draw,
    counts,
    drand_draw,
    draw_rows,
    empty_draws,
    large_draw,
    opened_draw,
    redrawn_draw,
    sealed_draw,
    short_draw,
    unwatched_draw,
    voided_draw,
    waiting_draw,
    withheld_draw,
)
from tests.publicity.samples.front import empty_home, empty_search, home, search
from tests.publicity.samples.items import listed_items
from tests.publicity.samples.log import entry, log
from tests.publicity.samples.operators import bare_operator, operator
from tests.publicity.samples.outcomes import outcome
from tests.publicity.samples.petitions import (
    disputed_record,
    petition_form,
    petition_form_wrong,
    petition_refused,
    petition_taken,
    petitions,
)
from tests.publicity.samples.plans import no_rates, plan_rows, plan_shown
from tests.publicity.samples.records import empty_penalties, empty_results, penalties, record, results
from tests.publicity.samples.verifying import verifying, verifying_sealed, verifying_withheld
from tests.publicity.samples.witnesses import witnesses


def every_page() -> dict[str, Page]:
    """Return every template in every state, by a name of the case."""
    shown: dict[str, Page] = {
        "home": home(),
        "home-empty": empty_home(),
        "search": search(),
        "search-nothing-asked": empty_search(),
        "search-nothing-found": empty_search("查无此名"),
        "operator": operator(),
        "operator-bare": bare_operator(),
        "caps": caps(),
        "caps-empty": replace(caps(), rows=[]),
        "items": listed_items(),
        "items-empty": replace(listed_items(), rows=[]),
        "plans": plan_rows(),
        "plans-empty": replace(plan_rows(), years=[]),
        "plan": plan_shown(),
        "plan-bare": replace(plan_shown(), campaign=True, batches=[], changes=[], rates=no_rates()),
        "draws": draw_rows(),
        "draws-empty": empty_draws(),
        "draw-opened": opened_draw(),
        "draw-asked": asked_draw(),
        "draw-asked-nobody": replace(opened_draw(), asked=Asked(code=code(99), path=None, place=None)),
        "draw-sealed": sealed_draw(),
        "draw-withheld": withheld_draw(),
        "draw-committed": committed_draw(),
        "draw-large": large_draw(),
        "draw-drand": drand_draw(),
        "draw-waiting": waiting_draw(),
        "draw-short": short_draw(),
        "draw-unwatched": unwatched_draw(),
        "draw-province": replace(opened_draw(), outcome=outcome(150, 150)),
        "drawn": drawn_list(),
        "drawn-withheld": drawn_list_withheld(),
        "alternates": alternates_list(),
        "alternates-none": replace(alternates_list(), rows=[]),
        "replacements": replacements_list(),
        "replacements-none": replace(replacements_list(), rows=[], file_path=None),
        "witnesses": witnesses(),
        "witnesses-none": replace(witnesses(), quorum=0, signed_size=None, signed_at=None, rows=[]),
        "door": door(),
        "door-changed": door_changed(),
        "door-came": replace(door(), came_at=START),
        "door-fallen": replace(door(), stands=False, team=[]),
        "door-opened": replace(door(), opened_at=START, withheld=True),
        "draw-voided": voided_draw(),
        "draw-redrawn": redrawn_draw(),
        "verify": verifying(),
        "verify-sealed": verifying_sealed(),
        "verify-withheld": verifying_withheld(),
        "counts": counts(),
        "counts-empty": replace(counts(), offices=[]),
        "log": log(),
        "log-unsigned": replace(log(), signed=None, keys=[], answers_keys=[], entries=[]),
        "log-entry": entry(),
        "log-entry-alone": replace(
            entry(), public=[], proof=[], size=1, signed=False, previous_path=None, next_path=None
        ),
        "read-only": replace(home(), site=replace(home().site, read_only=True)),
        "record-result": record(),
        "record-penalty": record(of_penalty=True),
        "results": results(),
        "results-empty": empty_results(),
        "penalties": penalties(),
        "penalties-empty": empty_penalties(),
        "record-disputed": disputed_record(),
        "petition-form": petition_form(),
        "petition-form-wrong": petition_form_wrong(),
        "petition-taken": petition_taken(),
        "petitions": petitions(),
        "petition-refused": petition_refused(),
        "petitions-missed": replace(petitions(), missed=True),
        "missing": missing(),
    }
    others: dict[str, Page] = {
        f"{name}-{stage.name.lower()}": replace(page, site=replace(page.site, stage=stage))
        for stage in (Stage.REAL, Stage.REHEARSAL)
        for name, page in shown.items()
    }
    return shown | others
