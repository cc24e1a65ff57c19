"""The text for Spark, run by Spark: every column of every row is what DuckDB gives.

Types travel as Parquet, which both read alike.  Spark takes minutes to plan a query as long as the
whole book, and next to nothing for its rows, so that there is one run with all of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rules.case import Case
from rules.sql_book import query_of
from rules.sql_dialects import in_dialect
from rules.sql_steps import Query
from tests.batch import answers, fill
from tests.expressions import same_but_for_zero
from tests.generating import example_cases, generated
from tests.golden.fixtures import FILES, read
from tests.offers import book

pyspark_sql = pytest.importorskip(
    "pyspark.sql", reason="pyspark is not installed: make spark does", exc_type=ImportError
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17 or newer"),
    # No data frame of pandas goes in or out.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]

SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "3g",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    builder = pyspark_sql.SparkSession.builder.master("local[2]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    place = str(tmp_path_factory.mktemp("spark-warehouse"))
    session = builder.config("spark.sql.warehouse.dir", place).getOrCreate()
    yield session
    session.stop()


def _spark_answers(
    spark: Any, database: duckdb.DuckDBPyConnection, query: Query, text: str, at: Path
) -> list[dict[str, Any]]:
    """Every column of every offer whose tables the database holds, in the order of offers."""
    for name in query.reads:
        file = at / f"{name}.parquet"
        database.execute(f"COPY {name} TO '{file}' (FORMAT parquet)")
        spark.read.parquet(str(file)).createOrReplaceTempView(name)
    rows = [row.asDict() for row in spark.sql(text).collect()]
    return sorted(rows, key=lambda row: row["offer_id"])


def _differences(
    ours: Iterable[Mapping[str, Any]], theirs: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.keys() == other.keys()
        for name, value in mine.items():
            if not same_but_for_zero(value, other[name]):
                yield f"{mine['offer_id']}, {name}: {value!r} in DuckDB, {other[name]!r} in Spark"


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [*example_cases(), *generated(2_200, 6)]


def test_spark_concludes_what_duckdb_concludes(
    spark: Any, cases: list[Case], tmp_path: Path
) -> None:
    query = query_of(book())
    with duckdb.connect() as database:
        right = answers(database, query, cases, tmp_path)
        text = in_dialect(query.text, "spark")
        found = _spark_answers(spark, database, query, text, tmp_path)
    assert list(_differences(right, found)) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_spark_concludes_what_a_golden_file_says(spark: Any, file: Path, tmp_path: Path) -> None:
    golden = read(file)
    with duckdb.connect() as database:
        fill(database, golden.query, golden.cases(), tmp_path)
        found = _spark_answers(spark, database, golden.query, golden.texts["spark"], tmp_path)
    expected = [{"offer_id": n, **row} for n, row in enumerate(golden.expected())]
    assert list(_differences(expected, found)) == []


@pytest.mark.parametrize(
    ("column", "old", "new"),
    [("base", "`fte`, 1.0e0", "`fte`, 2.0e0"), ("best_competing_company", "MAX(", "MIN(")],
)
def test_a_wrong_text_is_seen(
    spark: Any, cases: list[Case], tmp_path: Path, column: str, old: str, new: str
) -> None:
    query = query_of(book(), [column])
    text = in_dialect(query.text, "spark")
    assert old in text
    with duckdb.connect() as database:
        right = answers(database, query, cases, tmp_path)
        found = _spark_answers(spark, database, query, text.replace(old, new), tmp_path)
    assert list(_differences(right, found)) != []
