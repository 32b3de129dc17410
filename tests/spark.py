"""Queries put to Spark by a process of its own, whose Python has pyspark: JSON in, JSON out."""

import json
import sys


def main() -> None:
    from pyspark.sql import SparkSession  # type: ignore[import-not-found,unused-ignore]
    from pyspark.sql.types import DoubleType, StructField, StructType  # type: ignore[import-not-found,unused-ignore]

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    found = []
    for job in json.load(sys.stdin):
        if job["columns"]:
            kinds = StructType([StructField(name, DoubleType()) for name in job["columns"]])
            rows = [[None if x is None else float(x) for x in row] for row in job["rows"]]
            session.createDataFrame(rows, kinds).coalesce(1).createOrReplaceTempView("points")
        try:
            table = session.sql(job["query"].rstrip(";\n ")).collect()
            found.append([[x if isinstance(x, str) or x is None else repr(float(x)) for x in row] for row in table])
        except Exception as error:
            found.append(str(error)[:300])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
