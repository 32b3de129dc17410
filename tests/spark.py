"""Queries put to Spark by a process of its own, whose Python has pyspark: JSON in, JSON out."""

import json
import sys

WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def main() -> None:
    from pyspark.sql import SparkSession  # type: ignore[import-not-found,unused-ignore]

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
    session = builder.config("spark.sql.codegen.wholeStage", "false").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    found = []
    for job in json.load(sys.stdin):
        if job["columns"]:
            cells = [[f"CAST('{WORDS.get(x, x)}' AS DOUBLE)" for x in row] for row in job["rows"]]
            rows = ", ".join(f"({', '.join(row)})" for row in cells)
            names = ", ".join(f"`{name}`" for name in job["columns"])
            session.sql(f"CREATE OR REPLACE TEMPORARY VIEW points AS SELECT * FROM VALUES {rows} AS given({names})")
        try:
            table = session.sql(job["query"].rstrip(";\n ")).collect()
            found.append([[x if isinstance(x, str) or x is None else repr(float(x)) for x in row] for row in table])
        except Exception as error:
            found.append(str(error)[:300])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
