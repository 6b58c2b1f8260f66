"""Every operation of the API says who may call it and how, and the document in the repository is the one served."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

import app.main
from app.auth import Allow, Public, UndeclaredRouteError, check_routes, declared
from app.db import Database
from app.main import ROUTERS, all_routes, create_app, open_service
from app.openapi_file import openapi_text
from app.routes import imports
from app.schema import migrate
from app.service import Service
from app.settings import Settings
from app.wire.base import Request
from registry.people import Role
from registry.rosters import ROSTERS

ROOT = Path(__file__).parents[2]
METHODS = {"get", "put", "post", "delete", "patch"}
ONCE = {
    "/api/v1/listings",
    "/api/v1/listings/{order_id}/removal",
    "/api/v1/listings/{order_id}/decision",
    "/api/v1/mergings",
    "/api/v1/mergings/{merging_id}/decision",
    "/api/v1/erasures",
    "/api/v1/erasures/{erasure_id}/confirmation",
    "/api/v1/disclosures/{disclosure_id}/withdrawal",
    "/api/v1/withdrawals/{withdrawal_id}/decision",
    "/api/v1/recusals/{recusal_id}/decision",
    "/api/v1/recusals/decisions",
    "/api/v1/recusals/{recusal_id}/withdrawal",
    "/api/v1/loans/{loan_id}/decision",
    "/api/v1/leaves/{leave_id}/decision",
    "/api/v1/caps/{cap_id}/approval",
    "/api/v1/plans/{plan_no}/approval",
    "/api/v1/batches/{task_no}/approval",
    "/api/v1/changes/{change_id}/decision",
    "/api/v1/batches/{task_no}/commitment",
    "/api/v1/draws/{draw_id}/execution",
    "/api/v1/draws/{draw_id}/opening",
    "/api/v1/draws/{draw_id}/opening/request",
    "/api/v1/draws/{draw_id}/value",
    "/api/v1/draws/{draw_id}/value/confirmation",
    "/api/v1/draws/{draw_id}/escrows",
    "/api/v1/draws/{draw_id}/secrets",
    "/api/v1/draws/{draw_id}/voids",
    "/api/v1/draws/{draw_id}/voids/{request_id}/confirmation",
    "/api/v1/draws/{draw_id}/visits/approval",
    "/api/v1/visits",
    "/api/v1/visits/{visit_id}/decision",
    "/api/v1/visits/{visit_id}/cancellation",
    "/api/v1/visits/{visit_id}/replacement",
    "/api/v1/visits/{visit_id}/seats/{department}/{seat}/replacement",
    "/api/v1/replacements/{replacement_id}/decision",
    "/api/v1/assignments/{visit_id}/notice",
    "/api/v1/assignments/{visit_id}/postponement",
    "/api/v1/assignments/{visit_id}/attempts",
    "/api/v1/assignments/{visit_id}/confirmation",
    "/api/v1/assignments/{visit_id}/telling",
    "/api/v1/assignments/{visit_id}/evidence",
    "/api/v1/followups/{visit_id}/{item}/steps",
    "/api/v1/followups/{visit_id}/{item}/closing",
    "/api/v1/assignments/{visit_id}/findings",
    "/api/v1/findings/{finding_id}/review",
    "/api/v1/findings/{finding_id}/publication",
    "/api/v1/cases",
    "/api/v1/cases/{case_id}/extensions",
    "/api/v1/cases/{case_id}/pauses",
    "/api/v1/cases/{case_id}/resumption",
    "/api/v1/cases/{case_id}/closing",
    "/api/v1/penalties",
    "/api/v1/penalties/{penalty_id}/gravity",
    "/api/v1/penalties/{penalty_id}/licence",
    "/api/v1/uploads",
    "/api/v1/penalties/{penalty_id}/document",
    "/api/v1/penalties/{penalty_id}/notice",
    "/api/v1/penalties/{penalty_id}/review",
    "/api/v1/penalties/{penalty_id}/publication",
    "/api/v1/received-penalties",
    "/api/v1/penalties/{penalty_id}/pushes",
    "/api/v1/penalties/{penalty_id}/pushes/{number}/receipt",
    "/api/v1/penalties/{penalty_id}/pushes/{number}/return",
    "/api/v1/disclosures/{disclosure_id}/petitions",
    "/api/v1/petitions/{petition_id}/files",
    "/api/v1/petitions/{petition_id}/acceptance",
    "/api/v1/petitions/{petition_id}/proposal",
    "/api/v1/petitions/{petition_id}/decision",
}
"""The POSTs that commit, draw, submit, decide or publish, and the request for which a second is refused."""

SELF_SIGNED = "/log/checkpoint"
"""Open to everybody who writes, because what is handed in says itself who signed it."""

OUTSIDE = {
    "/records/{record_id}/petition": "the word of the form makes a second one the first",
    "/petitions": "it changes nothing",
}
"""Where somebody outside sends a form, and why it may come twice."""

REPEATABLE = {
    **OUTSIDE,
    "/api/v1/restrictions": "it changes nothing",
    SELF_SIGNED: "the same head is kept once",
    "/api/v1/people": "a second person of the name is another person, and can be suspended",
    "/api/v1/people/{person_id}/active": "the second call changes nothing",
    "/api/v1/people/{person_id}/keys": "the answer holds a key, which is never stored",
    "/api/v1/imports/{roster}": "the second import of a file changes nothing",
    "/api/v1/imports/{roster}/check": "it changes nothing",
    "/api/v1/imports/{roster}/check.xlsx": "it changes nothing",
    "/api/v1/departments": "the second is refused: the code is taken",
    "/api/v1/departments/{code}/credit-code": "the newest counts, and a second says the same",
    "/api/v1/recusals": "filed, not decided",
    "/api/v1/recusals/declarations": "filed, not decided",
    "/api/v1/batches/{task_no}/loans": "asked for, not decided; the second is refused while the first stands",
    "/api/v1/caps": "drafted, not approved",
    "/api/v1/leaves": "two leaves of the same days are as one",
    "/api/v1/leaves/declarations": "two leaves of the same days are as one",
    "/api/v1/leaves/{leave_id}/cancellation": "the second is refused",
    "/api/v1/draws/{draw_id}/beacon": "the second is refused: a draw has one round",
    "/api/v1/items": "the second is refused: the code is taken",
    "/api/v1/items/{code}/versions": "the second is refused: it begins no later than the first",
    "/api/v1/items/{code}/end": "the second call changes nothing",
    "/api/v1/plans/{plan_no}/changes": "asked for, not decided",
    "/api/v1/batches/{task_no}/changes": "asked for, not decided",
    "/api/v1/batches/{task_no}/cancellation": "asked for, not decided",
    "/api/v1/plans": "drafted, not approved",
    "/api/v1/plans/{plan_no}/batches": "drafted, not approved",
}
"""Every other POST, with the reason why it may come twice."""

Operation = dict[str, Any]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("service")
    settings = Settings(database_url=f"sqlite:///{home / 'empty.db'}", data_dir=home)
    database = Database(settings.database_url)
    migrate(database)
    database.close()
    found = open_service(settings)
    yield found
    found.database.close()


@pytest.fixture(scope="module")
def document(service: Service) -> dict[str, Any]:
    return create_app(service).openapi()


def operations(document: dict[str, Any]) -> dict[tuple[str, str], Operation]:
    """Return (method, path) → operation."""
    found: dict[tuple[str, str], Operation] = {}
    for path, methods in document["paths"].items():
        assert set(methods) <= METHODS, path
        found |= {(method, path): operation for method, operation in methods.items()}
    return found


def test_document_and_routes_are_the_same_operations(document: dict[str, Any]) -> None:
    walked = {(method.lower(), route.path_format) for route in all_routes() for method in route.methods or ()}
    assert walked == set(operations(document))
    assert len(walked) > 50


def test_every_operation_says_who_may_call_it(document: dict[str, Any]) -> None:
    declarations = {
        (method.lower(), route.path_format): declared(route) for route in all_routes() for method in route.methods or ()
    }
    for place, operation in operations(document).items():
        callers = declarations[place]
        assert isinstance(callers, Allow | Public), place
        if isinstance(callers, Allow):
            assert operation["x-roles"] == list(callers.roles), place
            assert set(callers.roles) <= set(Role), place
            assert callers.roles, place
        else:
            assert operation["x-roles"] == ["public"], place


def test_only_the_public_site_and_its_proofs_are_open_to_everybody(document: dict[str, Any]) -> None:
    for (method, path), operation in operations(document).items():
        public = operation["x-roles"] == ["public"]
        assert public is not path.startswith("/api/"), path
        assert public is ("security" not in operation), path
        assert method == "get" or not public or path in (SELF_SIGNED, *OUTSIDE), path


def test_route_without_declaration_stops_the_start(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    careless = APIRouter()

    @careless.get("/secrets")
    def secrets() -> str:
        return "everything"

    routes = [route for route in careless.routes if isinstance(route, APIRoute)]
    assert len(routes) == 1
    with pytest.raises(UndeclaredRouteError, match="/secrets"):
        check_routes(routes)
    monkeypatch.setattr(app.main, "ROUTERS", (*ROUTERS, careless))
    with pytest.raises(UndeclaredRouteError):
        create_app(service)


def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    for place, operation in operations(document).items():
        assert operation["summary"].strip(), place
        assert operation["description"].strip(), place
        assert operation["tags"], place
        assert any("一" <= letter <= "鿿" for letter in operation["summary"] + operation["description"]), place


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for (_, path), operation in operations(document).items():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            yield path, content


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    found = dict(bodies(document))
    assert len(found) >= 15
    for path, content in found.items():
        schema = content["schema"]
        name = schema.get("$ref", "").rpartition("/")[2]
        example = document["components"]["schemas"][name]["examples"] if name else [content["example"]]
        assert example, path


def examples_of(model: type[BaseModel]) -> list[Any]:
    extra = model.model_config.get("json_schema_extra")
    examples = extra.get("examples", []) if isinstance(extra, dict) else []
    return examples if isinstance(examples, list) else []


def test_examples_are_what_they_are_examples_of() -> None:
    models = [each for each in Request.__subclasses__() if examples_of(each)]
    assert len(models) >= 12
    for model in models:
        for example in examples_of(model):
            TypeAdapter(model).validate_json(json.dumps(example))


def test_examples_of_rosters_are_rows_that_would_be_taken() -> None:
    assert set(imports.EXAMPLES) == set(ROSTERS)
    for name, example in imports.EXAMPLES.items():
        roster = ROSTERS[name]
        assert list(example) == list(roster.headings)
        assert roster.check({roster.headings[name]: value for name, value in example.items()})[1] == []


def test_what_commits_draws_submits_decides_or_publishes_needs_an_idempotency_key(document: dict[str, Any]) -> None:
    needed, not_needed = set(), set()
    for (method, path), operation in operations(document).items():
        header = [each for each in operation.get("parameters", ()) if each["name"] == "Idempotency-Key"]
        if method != "post":
            assert not header, path
        elif header:
            assert header[0]["in"] == "header"
            assert header[0]["required"] is True
            needed.add(path)
        else:
            not_needed.add(path)
    assert needed == ONCE
    assert not_needed == set(REPEATABLE)


def test_every_operation_answers_errors_as_problem_documents(document: dict[str, Any]) -> None:
    for place, operation in operations(document).items():
        for status in ("4XX", "5XX"):
            content = operation["responses"][status]["content"]
            assert list(content) == ["application/problem+json"], place
        assert "422" not in operation["responses"], place


def test_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.[0-9]+", document["openapi"])
    assert set(document) <= {"openapi", "info", "servers", "paths", "components", "security", "tags", "externalDocs"}
    assert document["info"]["title"]
    assert document["info"]["version"] == app.__version__
    ids = [operation["operationId"] for operation in operations(document).values()]
    assert len(ids) == len(set(ids))
    for place, operation in operations(document).items():
        check_operation(document, place[1], operation)


def check_operation(document: dict[str, Any], path: str, operation: Operation) -> None:
    known = {"tags", "summary", "description", "operationId", "parameters", "requestBody", "responses", "security"}
    assert {key for key in operation if not key.startswith("x-")} <= known, path
    parameters = operation.get("parameters", [])
    places = [(each["in"], each["name"]) for each in parameters]
    assert len(places) == len(set(places)), path
    assert {place for place, _ in places} <= {"path", "query", "header", "cookie"}, path
    assert {name for place, name in places if place == "path"} == set(re.findall(r"{(\w+)}", path)), path
    assert all(each["required"] for each in parameters if each["in"] == "path"), path
    assert all("schema" in each for each in parameters), path
    assert operation["responses"], path
    for status, response in operation["responses"].items():
        assert re.fullmatch(r"[1-5]([0-9]{2}|XX)|default", status), path
        assert response["description"], path
    for requirement in operation.get("security", ()):
        assert set(requirement) <= set(document["components"]["securitySchemes"]), path


def test_every_reference_leads_somewhere_and_every_schema_has_a_known_type(document: dict[str, Any]) -> None:
    types = {"null", "boolean", "object", "array", "number", "string", "integer"}
    references = 0
    for node in nodes(document):
        if isinstance(reference := node.get("$ref"), str):
            references += 1
            target: Any = document
            assert reference.startswith("#/")
            for step in reference[2:].split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
        if isinstance(kind := node.get("type"), str) and "scheme" not in node:
            assert kind in types, node
    assert references > 100


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a JSON document, but not those that are examples."""
    if isinstance(value, dict):
        yield value
        for key, inner in value.items():
            if key not in ("examples", "example", "default"):
                yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def test_document_in_the_repository_is_the_one_served(document: dict[str, Any]) -> None:
    kept = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert json.loads(kept) == document, "run: double-random openapi > docs/openapi.json"
    assert kept == openapi_text()
