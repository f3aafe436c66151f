"""Every JSON document that the program prints for a test is validated against what `credcheck schema` prints."""

import json
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import jsonschema  # type: ignore[import-untyped]

from credcheck.render.json import schema

# How many documents were valid in this process.
validated = 0


def validate_output(arguments: Sequence[str], out: str) -> None:
    """Validate the stdout of a run, if JSON was asked for."""
    if out and ("--json" in arguments or "--format=json" in arguments or ("--format", "json") in pairwise(arguments)):
        validate(json.loads(out))


def validate(document: object) -> None:
    """Assert that a document is valid, and has no member that the schema does not name."""
    global validated  # noqa: PLW0603  counted for the summary of the session
    error = jsonschema.exceptions.best_match(validator().iter_errors(document))
    assert error is None, f"not valid against `credcheck schema`: {error.json_path}: {error.message[:500]}"
    validated += 1


@cache
def validator() -> Any:  # noqa: ANN401  jsonschema has no types
    """Return the validator of the schema, closed: users may meet new members, the tests may not."""
    return jsonschema.Draft202012Validator(closed(json.loads(schema())))


def closed(node: object) -> object:
    """Return a schema whose objects have no members but those that it names."""
    match node:
        case dict():
            inner = {name: closed(each) for name, each in node.items()}
            is_object = node.get("type") == "object" and "required" in node
            return {"additionalProperties": False, **inner} if is_object else inner
        case list():
            return list(map(closed, node))
        case _:
            return node
