"""The application: routes, errors, headers, and the start-up check that every route says who may call it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, APIRouter
from fastapi.staticfiles import StaticFiles

from app import __version__
from app.auth import Allow, check_routes, declared
from app.bodiless import Bodiless
from app.clock import Clock, DemoClock, RealClock
from app.db import Database
from app.errors import PROBLEM_SCHEMA, describe_problems, install
from app.gate import Gate, hold_to_signed
from app.keys import SecretBox
from app.log_keys import log_signing
from app.logs import configure_logs
from app.marks import bind_key, bound_key
from app.record import SYSTEM, Recorder
from app.routes import (
    beacons,
    case_files,
    cases,
    certificate,
    changes,
    checkpoints,
    clocks,
    days,
    door,
    draw_files,
    drawn,
    draws,
    erasures,
    evidence,
    exports,
    following,
    followups,
    gating,
    handing_in,
    health,
    history,
    imports,
    inspectors,
    items,
    listings,
    log,
    log_pages,
    mergings,
    offline,
    operator_receipts,
    operators,
    outbox,
    penalties,
    people,
    petition_files,
    petition_form,
    petitions,
    planning,
    plans,
    public,
    pushes,
    rates,
    receipts,
    received,
    records,
    register,
    reminders,
    replacements,
    restrictions,
    staffing,
    statutory,
    steps,
    undrawn,
    uploads,
    verifying,
    visits,
    voids,
    withdrawals,
    witnesses,
)
from app.schema import newest, revision
from app.service import Service
from app.settings import Settings
from app.shield import Shield
from publicity.clocks import Deadlines, load_clock_rules
from publicity.heads import newest_head
from publicity.restriction_rules import load_restriction_rules
from publicity.sequencer import read_head
from publicity.term_rules import load_rule_sets
from publicity.terms import TermBook
from publicity.workdays import WorkCalendar
from registry.stages import check_stage
from sampling.stages import Stage

ROUTERS: tuple[APIRouter, ...] = (
    public.router,
    petition_form.router,
    records.router,
    planning.router,
    offline.router,
    verifying.router,
    certificate.router,
    draw_files.router,
    drawn.router,
    following.router,
    door.router,
    log.router,
    checkpoints.router,
    log_pages.router,
    witnesses.router,
    people.router,
    imports.router,
    exports.router,
    statutory.router,
    uploads.router,
    register.router,
    operators.router,
    listings.router,
    items.router,
    plans.router,
    inspectors.router,
    history.router,
    mergings.router,
    erasures.router,
    changes.router,
    rates.router,
    staffing.router,
    days.router,
    draws.router,
    beacons.router,
    handing_in.router,
    voids.router,
    undrawn.router,
    replacements.router,
    steps.router,
    evidence.router,
    visits.router,
    followups.router,
    clocks.router,
    reminders.router,
    cases.router,
    penalties.router,
    gating.router,
    pushes.router,
    received.router,
    withdrawals.router,
    petitions.router,
    petition_files.router,
    receipts.router,
    restrictions.router,
    case_files.router,
    operator_receipts.router,
    outbox.router,
    health.router,
)
DESCRIPTION = """双随机、一公开：名录、计划、抽取、派员、检查结果、公示。

每个接口注明可以调用它的角色（x-roles）；公开接口无需密钥。
错误按 RFC 9457 返回，语言由 `Accept-Language` 决定（默认中文）。
凡锁定、摇号、提交、决定、公示的 POST 必须带 `Idempotency-Key`：同一键重复调用得到第一次的回答。

Random inspections: register, plans, draws, teams, findings, disclosure. Each operation states the roles that may call
it (x-roles). Errors are RFC 9457 problem documents, in Chinese or English by `Accept-Language`."""


class NotMigratedError(Exception):
    """The database lacks this version's schema."""

    def __init__(self) -> None:
        super().__init__(
            "数据库尚未升级到本版本。请先运行：double-random migrate / "
            "The database is not at this version's schema. Run: double-random migrate"
        )


class ClockError(Exception):
    """A clock other than the real one over a database that is not a demonstration."""

    def __init__(self) -> None:
        super().__init__("a clock other than the real one runs only over a database marked as a demonstration")


class KeyFileError(Exception):
    """The key file is not the one that this database was used with, or it is gone."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"密钥文件 {path} 不在或不属于此数据库；没有它，已锁定的抽取无法摇号。请从备份恢复该文件后再启动。/ "
            f"The key file {path} is gone or not this database's; without it, committed draws cannot be executed. "
            "Restore it from the backup, then start."
        )


def open_service(settings: Settings, clock: Clock | None = None) -> Service:
    """Open database, key file and signer; without a clock, a demonstration goes on from its newest entry.

    Raises NotMigratedError, StageError, ClockError, KeyFileError, OriginFixedError, OriginMarkError, RuleFileError,
    RuleChoiceError.
    """
    database = Database(settings.database_url)
    try:
        return _assemble(settings, database, clock)
    except Exception:
        database.close()
        raise


def _assemble(settings: Settings, database: Database, given: Clock | None) -> Service:
    if revision(database) != newest():
        raise NotMigratedError
    with database.reading() as session:
        stage, bound, newest_signed = check_stage(session), bound_key(session), newest_head(session)
        newest_at = read_head(session).at
    clock = given or (DemoClock(newest_at) if stage is Stage.DEMONSTRATION else RealClock())
    if not stage.marking.any_clock and not isinstance(clock, RealClock):
        raise ClockError
    path = settings.data_dir / "service.key"
    if bound is not None and not path.exists():
        raise KeyFileError(path)
    box = SecretBox.at(path)
    log = log_signing(settings, mark=None if stage.is_real else stage.value, newest=newest_signed)
    hold_to_signed(database, log)
    recorder = Recorder(database, clock)
    if bound is None and database.shut is None:
        recorder.record(SYSTEM, lambda act: bind_key(act.session, box.fingerprint))
    elif bound is not None and bound != box.fingerprint:
        raise KeyFileError(path)
    return Service(
        settings=settings,
        clock=clock,
        database=database,
        box=box,
        recorder=recorder,
        deadlines=Deadlines(
            rules=load_clock_rules(settings.rules_dir),
            calendar=WorkCalendar.load(settings.workdays_file),
            region=settings.region,
            repair_workdays=settings.repair_workdays,
        ),
        terms=TermBook(
            rule_sets=load_rule_sets(settings.rules_dir),
            chosen=settings.terms,
            lower_fine_fen=settings.lower_fine_fen,
        ),
        consequences=load_restriction_rules(settings.rules_dir),
        log=log,
        stage=stage,
    )


class Application(FastAPI):
    """FastAPI, whose document also states who may call what, and what is answered when a request is refused."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, each operation with the roles that may call it and the problems it answers."""
        if self.openapi_schema is None:
            document = super().openapi()
            for route in all_routes():
                callers = declared(route)
                roles = [str(role) for role in callers.roles] if isinstance(callers, Allow) else ["public"]
                for method in route.methods or ():
                    operation = document["paths"][route.path_format][method.lower()]
                    operation["x-roles"] = roles
                    describe_problems(operation)
            document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
            self.openapi_schema = document
        return self.openapi_schema


def create_app(service: Service) -> FastAPI:
    """Return the application over an open service; it closes the database when it stops."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.database.close()

    configure_logs()
    stage = service.stage
    app = Application(
        title=f"{stage.heading}双随机、一公开 double-random",
        version=__version__,
        description="\n\n".join(filter(None, (*stage.marking.says, DESCRIPTION))),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        separate_input_output_schemas=False,
    )
    app.state.service = service
    for router in ROUTERS:
        app.include_router(router, max_body_size=_largest_body(service.settings, router))
    check_routes(all_routes())
    app.mount("/static", StaticFiles(packages=[("publicity", "static")]), name="static")
    install(app)
    app.add_middleware(Gate)
    app.add_middleware(Shield)
    app.add_middleware(Bodiless)
    return app


def _largest_body(settings: Settings, router: APIRouter) -> int:
    """Return the largest body that the routes of a router take, in bytes."""
    if router is imports.router:
        return settings.max_import_bytes
    if router in (petition_files.router, petition_form.router):
        return settings.max_petition_bytes
    return settings.max_evidence_bytes if router is evidence.router else settings.max_body_bytes


def all_routes() -> list[APIRoute]:
    """Return every route of the application that is ours."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
