"""What may be chosen of a task: names alone, which the command line shows without loading what they stand for."""

KINDS = "csv", "tsv", "jsonl", "parquet"
REDUCTIONS = "mean", "sum"
ERRORS = "keep", "null", "fail"
