"""The API as its description says it is: schemathesis makes calls of it, right and wrong ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth

from markscheme.web.api import tokens
from markscheme.web.api.application import api
from markscheme.web.api.endpoints import calls
from markscheme.web.security import Limits
from tests.web.site import World, world

pytestmark = pytest.mark.web
_PATIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    found = world(Path(tmp_path_factory.mktemp("described")))
    found.site.api_calls = Limits(most=10**9, a_minute=10**9)
    yield found
    found.site.close()


@pytest.fixture(scope="module")
def described(it: World) -> Any:
    config = SchemathesisConfig.from_dict({
        "checks": {"positive_data_acceptance": {"expected-statuses": [200, 201, 202, 400, 403, 404]}}
    })  # fmt: skip
    return schemathesis.openapi.from_asgi("/openapi.json", api(it.site), config=config)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("called", calls(), ids=" ".join)
def test_every_call_is_as_described(it: World, described: Any, called: tuple[str, str], mode: GenerationMode) -> None:
    """Whatever is sent, the answer is of a described status and form, never a failure; what is malformed is refused."""
    method, path = called
    operation = described[path][method.lower()]
    token = it.site.database.write(
        lambda connection: tokens.make(
            connection, it.people["teacher"].code, f"{called} {mode}"[:100], list(tokens.SCOPES), 10, it.time[0]
        )
    )
    real = {"course": it.course, "exam": it.exam, "sitting": it.sitting("ann")["code"]}
    is_real = path != "/exams/{exam}/prepare"  # it would begin to work

    @settings(max_examples=10, deadline=None, suppress_health_check=_PATIENT)
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def calling(case: Any, known: bool) -> None:
        is_right = mode is GenerationMode.POSITIVE
        if known and is_real and is_right:
            case.path_parameters = {name: real[name] for name in case.path_parameters or {}}
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
        response = case.call()
        case.validate_response(response, excluded_checks=[ignored_auth])
        assert response.headers["content-type"] == ["application/json"]

    try:
        calling()
    except schemathesis.errors.SchemathesisError as error:
        if "negative" in str(error).lower():
            pytest.skip("nothing about it can be malformed")
        raise
    finally:
        it.site.database.write(lambda connection: connection.exec_driver_sql("DELETE FROM tokens"))
