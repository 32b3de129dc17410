"""What the JSON of every command looks like: JSON Schema files (draft 2020-12), one for each kind of document."""

from __future__ import annotations

from os import listdir
from os.path import dirname, join

from autodiff.errors import AutodiffError, suggestion
from autodiff.messages import say, series

FOLDER = join(dirname(dirname(__file__)), "schemas")


def names() -> list[str]:
    """The kinds of documents."""
    return sorted(file.removesuffix(".json") for file in listdir(FOLDER) if file.endswith(".json"))


def json() -> str:
    """The names as one JSON document."""
    import json

    return json.dumps({"schema_version": 1, "schemas": names()}) + "\n"


def text(name: str) -> str:
    """The schema of a kind of document. Raises AutodiffError for a name that there is not."""
    if name not in names():
        near = suggestion(name, names())
        hint = say("did you mean '{near}'?", near=near) if near else say("there are {names}", names=series(names()))
        raise AutodiffError("E037", say("there is no schema '{name}'", name=name), hint)
    with open(join(FOLDER, f"{name}.json"), encoding="utf-8") as file:
        return file.read()
