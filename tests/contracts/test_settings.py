"""Every setting is documented as it is, and a mistyped one stops the start."""

import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from app.settings import PREFIX, Settings, UnknownSettingError, load_settings
from tests import demonstration

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
TESTS_OWN = f"{PREFIX}REQUIRE_"


def documented() -> dict[str, tuple[str, str]]:
    """Return variable → (default, meaning), as the table has them."""
    rows = re.findall(rf"^\| `({PREFIX}\w+)` \| (.+?) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len({name for name, _, _ in rows}) == len(rows)
    return {name: (default.strip("`"), meaning) for name, default, meaning in rows}


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert list(documented()) == [PREFIX + name.upper() for name in Settings.model_fields]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_setting_is_documented_with_its_default_and_its_meaning(name: str) -> None:
    field = Settings.model_fields[name]
    default, meaning = documented()[PREFIX + name.upper()]
    assert field.default is not PydanticUndefined, "a first start needs no settings"
    assert default == ("not set" if field.default is None else str(field.default))
    assert field.description
    assert meaning.startswith(field.description)


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    pages = [*PAGE.parent.rglob("*.md"), *PAGE.parents[1].glob("*.md"), *PAGE.parents[1].glob("compose*.y*ml")]
    assert PAGE in pages
    for page in pages:
        named = set(re.findall(rf"{PREFIX}[A-Z_]+[A-Z]", page.read_text(encoding="utf-8")))
        assert {name for name in named if not name.startswith(TESTS_OWN.rstrip("_"))} <= known, page


def test_unknown_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}DATABSE_URL", "sqlite:///elsewhere.db")
    with pytest.raises(UnknownSettingError, match="DATABSE_URL"):
        load_settings()


def test_switches_of_the_tests_are_no_settings_and_stop_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{TESTS_OWN}POSTGRES", "1")
    load_settings()


def test_command_says_which_setting_is_unknown_and_does_nothing(tmp_path: Path) -> None:
    done = demonstration.run("migrate", database_url=f"sqlite:///{tmp_path / 'new.db'}", databse_url="x")
    assert (done.returncode, done.stdout) == (1, "")
    assert "DOUBLE_RANDOM_DATABSE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
