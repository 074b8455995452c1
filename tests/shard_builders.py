"""Provides an answered chunk of two examples, and the fingerprint of its run."""

from qareport.data.findings import Finding, Severity
from qareport.evaluation.record.shard_file import Fingerprint
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.identity import Hardware
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates
from tests.builders import example

FINGERPRINT = Fingerprint(
    weights="w",
    configuration="c",
    tokenizer="t",
    data="d",
    exclusions=(),
    options=AnsweringOptions(null_threshold=0.1),
    normaliser="squad-en",
    hardware=Hardware("cpu", "a CPU", "float32", 64),
    versions={"python": "3.11.7"},
)
CUT = Finding("cut question", Severity.WARNING, "question 'ü'", "it is long", "shorten it")
EXAMPLES = (example("ü", context="abcdefghi"), example("\n", context=""))
CANDIDATES = span_candidates(
    FoundWindow(0.1, [FoundSpan(0, 2, 1.3)], example_id="ü"),
    FoundWindow(example_id="\n", token_chars=()),
)
CHUNK = AnsweredChunk(
    examples=EXAMPLES,
    candidates=CANDIDATES,
    options=FINGERPRINT.options,
    cut_questions=frozenset({"ü"}),
    noticed=(CUT,),
    seconds=1.5,
)
