"""Raw questions of a test in, SQuAD JSON and rows of tables out."""

import json
from collections.abc import Mapping
from pathlib import Path

CONTEXT = "Norman was here"
ANSWER: Mapping[str, object] = {"text": "Norman", "answer_start": 0}
QUESTION: Mapping[str, object] = {"id": "q", "question": "who?", "answers": [ANSWER]}
ROW: Mapping[str, object] = {
    "id": "q",
    "title": "t",
    "context": CONTEXT,
    "question": "who?",
    "answers": {"text": ["Norman"], "answer_start": [0]},
}


def raw_squad_json(*questions: object, context: object = CONTEXT) -> str:
    """A data set of one article with one paragraph."""
    paragraph = {"context": context, "qas": questions}
    return json.dumps({"version": "v2.0", "data": [{"title": "t", "paragraphs": [paragraph]}]})


def write_squad(folder: Path, *questions: object, context: object = CONTEXT) -> Path:
    """A file `dev.json` with one article of one paragraph."""
    path = folder / "dev.json"
    path.write_text(raw_squad_json(*questions, context=context), encoding="utf-8")
    return path
