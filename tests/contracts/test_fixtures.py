"""The databases of the tests are what the tests take them for."""

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.postgres import Cluster


@pytest.mark.parametrize("run", [1, 2])
def test_every_test_gets_an_empty_database(database_url: str, run: int) -> None:
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE left_by_{run} (id integer)"))
    assert inspect(engine).get_table_names() == [f"left_by_{run}"]
    engine.dispose()


def test_template_is_copied_whole(cluster: Cluster) -> None:
    engine = create_engine(cluster.create_database("original"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept AS SELECT '双随机' AS words"))
    engine.dispose()
    copy = create_engine(cluster.create_database("copied", template="original"))
    with copy.connect() as connection:
        assert connection.scalar(text("SELECT words FROM kept")) == "双随机"
    cluster.drop_database("copied")  # though the pool still holds its connection
    copy.dispose()
    cluster.drop_database("original")


def test_server_is_no_older_than_the_supported_one(cluster: Cluster) -> None:
    engine = create_engine(cluster.url("postgres"))
    with engine.connect() as connection:
        assert int(connection.execute(text("SHOW server_version_num")).scalar_one()) >= 150_000
    engine.dispose()
