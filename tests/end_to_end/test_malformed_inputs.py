"""Every malformed input ends in one sentence and the right exit code, and loses nothing."""

import gzip
from collections.abc import Mapping
from pathlib import Path

import pytest

from qareport.data.readers.gather import examples_sha256
from tests.bad_checkpoints import BAD_CHECKPOINTS
from tests.builders import example
from tests.command_line import run_qareport
from tests.row_builders import row, write_record
from tests.squad_json import QUESTION, raw_squad_json
from tests.tiny_models import build_tiny_model

GOOD = raw_squad_json(QUESTION)
FILES: Mapping[str, str | bytes] = {
    "good.json": GOOD,
    "answered.json": '{"q": "Norman"}',
    "latin.json": b'{"data": "caf\xe9"}',
    "cut.json": GOOD[:70],
    "cut.json.gz": gzip.compress(GOOD.encode())[:-12],
    "twice.json": '{"data": [{"title": "t", "title": "u", "paragraphs": []}]}',
    "shape.json": '{"version": "v2.0"}',
    "empty.json": '{"data": []}',
    "same_ids.json": raw_squad_json(QUESTION, QUESTION),
    "unanswered.json": raw_squad_json({"id": "q", "question": "who?"}),
    "offset.json": raw_squad_json({**QUESTION, "answers": [{"text": "N", "answer_start": "0"}]}),
    "number.json": raw_squad_json({**QUESTION, "id": 5}),
    "list.json": '["Norman"]',
    "null.json": '{"q": null}',
    "other.json": '{"r": "Norman"}',
    "repeated.json": '{"q": "Norman", "q": "Ada"}',
    "nan.json": '{"q": NaN}',
    "logits.json": '{"q": -3.5}',
    "latin.txt": b"caf\xe9",
    "damaged.parquet": b"PAR1",
    "columns.jsonl": '{"id": "q", "question": "who?"}\n',
    "full/predictions.json": "{}",
}
NO_RECORD = "none: is not a folder with a record; write one with `qareport evaluate --output`"
RECORDED = {
    "record": example("q", context="Ada", golds=("Ada",)),
    "other": example("r", context="Ada", golds=("Ada",)),
}
FIRST = "data[0].paragraphs[0].qas[0]"
SCORE_CASES: Mapping[str, tuple[int, str]] = {
    "none.json answered.json": (1, "none.json: not found; check the path"),
    "full answered.json": (1, "full: is a folder; name a file in it"),
    "latin.json answered.json": (1, "latin.json: byte 13 is not UTF-8; save the file as UTF-8"),
    "cut.json answered.json": (
        1,
        (
            "cut.json: not valid JSON at line 1, column 71 (Expecting value); "
            "the file may be cut off: get or write it again"
        ),
    ),
    "cut.json.gz answered.json": (
        1,
        "cut.json.gz: the gzip data is cut off or damaged; get or write the file again",
    ),
    "twice.json answered.json": (
        1,
        "twice.json: data[0]: an object has the key 'title' twice; keep one of them",
    ),
    "shape.json answered.json": (
        1,
        (
            "shape.json: has no list 'data' at its top; SQuAD JSON is an object whose 'data' lists "
            "articles > 'paragraphs' > 'qas'"
        ),
    ),
    "empty.json answered.json": (
        1,
        "empty.json: has no questions; check that it is the right file",
    ),
    "same_ids.json answered.json": (
        1,
        (
            "same_ids.json: data[0].paragraphs[0].qas[1] (id 'q'): id 'q' occurs a second time; "
            "give every question its own id, by which predictions are joined"
        ),
    ),
    "unanswered.json answered.json": (
        1,
        (
            f"unanswered.json: {FIRST} (id 'q'): field 'answers' is missing; add it; "
            "a question without an answer has an empty list of answers"
        ),
    ),
    "offset.json answered.json": (
        1,
        (
            f"offset.json: {FIRST} (id 'q'): field 'answers[0].answer_start' is a string, "
            "not a whole number; write the value in the type of the format"
        ),
    ),
    "number.json answered.json": (
        1,
        (
            f"number.json: {FIRST}: field 'id' is a whole number, not a string; "
            "write the value in the type of the format"
        ),
    ),
    "good.json list.json": (
        1,
        (
            "list.json: holds a list, not an object by question id; "
            'write {"id": ...} with one entry for every question'
        ),
    ),
    "good.json null.json": (
        1,
        (
            "null.json: the prediction of id 'q' is null, not a string; "
            'write the answer as text, or "" for no answer'
        ),
    ),
    "good.json other.json": (
        1,
        "1 of 1 questions have no prediction ('q'); predict '' where there is no answer",
    ),
    "good.json repeated.json": (
        1,
        "repeated.json: an object has the key 'q' twice; keep one of them",
    ),
    "good.json answered.json --null-odds nan.json": (
        1,
        (
            "nan.json: the no-answer value of id 'q' is NaN, not a number; "
            "write one number for every question"
        ),
    ),
    "good.json answered.json --null-odds logits.json": (
        2,
        (
            "1 of 1 no-answer values lie outside 0 to 1, from -3.5 to -3.5: they look like logit "
            "differences, which the default threshold 1.0 does not fit; "
            "give a null threshold on their scale, such as 0.0"
        ),
    ),
    "good.json answered.json --null-threshold 1": (
        2,
        "--null-threshold needs --null-odds, the values that it is compared with",
    ),
    "good.json answered.json --output good.json": (
        1,
        "good.json: is read, and would be replaced; name another output",
    ),
}
EVALUATE_CASES: Mapping[str, tuple[int, str]] = {
    "nowhere --data good.json": (
        1,
        (
            "nowhere: not a folder, not in the local cache, and the Hub cannot be reached; "
            "check the path, the network and HF_HUB_OFFLINE"
        ),
    ),
    "a/b/c --data good.json": (1, "a/b/c: neither a folder nor a Hub id like 'owner/model'"),
    "model --data damaged.parquet": (
        1,
        (
            "damaged.parquet: not a whole .parquet file (Parquet file size is 4 bytes, "
            "smaller than the minimum file footer (8 bytes)); get or write it again"
        ),
    ),
    "model --data good.json --dataset owner/name": (
        2,
        "--data good.json and --dataset owner/name name two data sets; leave one out",
    ),
    "model --data good.json --split dev": (2, "good.json: is a single file; leave out --split"),
    "model --data good.json --limit 0": (
        2,
        (
            "Invalid value for '--limit': '0' is not a whole number from 1 to 2147483647; "
            "see `qareport evaluate --help`"
        ),
    ),
    "model --data good.json --sample 0": (
        2,
        (
            "Invalid value for '--sample': '0' is not a whole number from 1 to 2147483647; "
            "see `qareport evaluate --help`"
        ),
    ),
    "model --data good.json --limit 5 --sample 6": (
        2,
        "limit 5 and sample 6 choose two parts; leave one out",
    ),
    "model --data good.json --seed 6": (
        2,
        "seed 6 needs sample, the number of questions to draw",
    ),
    "model --data good.json --doc-stride 384": (
        2,
        "doc_stride is 384; windows of 384 tokens can share 0 to 383 of them",
    ),
    "model --data good.json --max-seq-length 600": (
        2,
        (
            "model: windows of 600 tokens are longer than the 512 that the model can take; "
            "lower max_seq_length"
        ),
    ),
    "model --data good.json --device quantum": (
        2,
        "device 'quantum' is not available here; use auto, cpu, cuda or mps",
    ),
    "model --data good.json --output full": (
        1,
        "full: already holds predictions.json; name another folder or add --overwrite",
    ),
    "model --data good.json --output good.json": (
        1,
        "good.json: is read, and would be replaced; name another output",
    ),
    "headless --data good.json": (
        1,
        (
            "headless: the checkpoint has no fitting 'qa_outputs.bias', so the model would "
            "answer at random; name a model fine-tuned for question answering"
        ),
    ),
    "pickled --data good.json": (
        1,
        (
            "pickled: no safetensors weights, and pickled ones can run code when they are loaded; "
            "load the model where you trust it and save it again with save_pretrained"
        ),
    ),
    "damaged --data good.json": (
        1,
        (
            "the model's logits for question 'q' are not finite numbers; its weights are damaged, "
            "or the number format is too small (try --dtype float32)"
        ),
    ),
}
ASK_CASES: Mapping[str, tuple[int, str]] = {
    "model --question who?": (2, "name one context, by --context or by --context-file"),
    "model --question who? --context-file latin.txt": (
        1,
        "latin.txt: is not UTF-8 (unexpected end of data); save it as UTF-8",
    ),
    "model --question who? --context-file none.txt": (
        1,
        "none.txt: cannot be read (No such file or directory)",
    ),
}
OTHER_DATA = (
    "their data differs "
    f"({examples_sha256([RECORDED['other']])} and {examples_sha256([RECORDED['record']])}); "
    "compare records of the same data, scored alike"
)
COMPARE_CASES: Mapping[str, tuple[int, str]] = {
    "record none": (1, NO_RECORD),
    "none record": (1, NO_RECORD),
    "record changed": (
        1,
        (
            "changed/examples.parquet: changed since evaluation.json was written; "
            "evaluate again with --overwrite"
        ),
    ),
    "record other": (1, f"other and record: {OTHER_DATA}"),
    "record record --margin 0": (2, "--margin is 0; it must be above 0 points"),
    "record record --margin nan": (
        2,
        "--margin: 'nan' is not a number from 0 to 100, such as 80 or 80%",
    ),
}
CHECK_CASES: Mapping[str, tuple[int, str]] = {
    "record": (2, "nothing is demanded; add --min or --baseline with --max-drop"),
    "record --min f2=80": (
        2,
        (
            "'f2=80' asks for 'f2', which is not one of "
            "exact, f1, contains, HasAns_exact, HasAns_f1, HasAns_contains, "
            "NoAns_exact, NoAns_f1, NoAns_contains"
        ),
    ),
    "record --min f1": (
        2,
        "f1=POINTS: '' is not a number from 0 to 100, such as 80 or 80%",
    ),
    "record --min f1=nan": (
        2,
        "f1=POINTS: 'nan' is not a number from 0 to 100, such as 80 or 80%",
    ),
    "record --min f1=0.8": (
        2,
        "'f1=0.8' can be read in two ways; write f1=80 for 80 %, or f1=0.8% for 0.8 %",
    ),
    "record --min NoAns_f1=80": (
        2,
        "NoAns_f1 is demanded, but the record has no NoAns questions",
    ),
    "record --max-drop f1=1": (2, "--max-drop and --baseline go together; give both or neither"),
    "record --min f1=80 --baseline record": (
        2,
        "--max-drop and --baseline go together; give both or neither",
    ),
    "none --min f1=80": (1, NO_RECORD),
    "other --baseline record --max-drop f1=1": (1, f"other and record: {OTHER_DATA}"),
}
CASES = [
    pytest.param(command, arguments, *expected, id=f"{command} {arguments}")
    for command, cases in {
        "score": SCORE_CASES,
        "evaluate": EVALUATE_CASES,
        "ask": ASK_CASES,
        "compare": COMPARE_CASES,
        "check": CHECK_CASES,
    }.items()
    for arguments, expected in cases.items()
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The malformed files, a good model and three bad ones, two good records and a bad one."""
    root = tmp_path_factory.mktemp("malformed")
    (root / "full").mkdir()
    for name, content in FILES.items():
        (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    build_tiny_model("bert", root / "model")
    BAD_CHECKPOINTS["encoder without a head"](root / "headless")
    BAD_CHECKPOINTS["pickled weights"](root / "pickled")
    BAD_CHECKPOINTS["weights not a number"](root / "damaged")
    for name, asked in RECORDED.items():
        write_record(root / name, row(asked, "Ada"))
    changed = write_record(root / "changed", row(RECORDED["record"], "Ada"))
    (changed / "examples.parquet").write_bytes(b"PAR1")
    return root


@pytest.mark.parametrize(("command", "arguments", "exit_code", "sentence"), CASES)
def test_malformed_input_is_told_in_one_sentence(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    arguments: str,
    exit_code: int,
    sentence: str,
) -> None:
    monkeypatch.chdir(folder)

    run = run_qareport(command, *arguments.split())

    assert run.errors == f"Error: {sentence}\n"
    assert run.exit_code == exit_code
    assert not run.output
    assert {
        name: (folder / name).read_bytes() for name in ("good.json", "full/predictions.json")
    } == {
        "good.json": GOOD.encode(),
        "full/predictions.json": b"{}",
    }
