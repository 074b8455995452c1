"""Writes the JSON Schema of each file with a format number: `make schemas`."""

from collections.abc import Mapping
from pathlib import Path

from qareport.data.json_format import json_schema
from qareport.evaluation import evaluation_json, training_json
from qareport.evaluation.suite import suite_json

SCHEMAS: Mapping[str, str] = {
    "evaluation.json": json_schema(evaluation_json.FILE),
    "training.json": json_schema(training_json.FILE),
    "suite.json": json_schema(suite_json.FILE),
}
"""By the name of the file that has it, and of the file that this writes."""


def main() -> None:
    """Writes them beside this file."""
    for name, schema in SCHEMAS.items():
        (Path(__file__).parent / name).write_text(schema, encoding="utf-8")


if __name__ == "__main__":
    main()
