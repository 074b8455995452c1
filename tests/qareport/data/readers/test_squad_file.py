"""Tests reading SQuAD JSON files, and the messages about broken ones."""

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from qareport.data.readers.squad_file import inspect_squad_file, read_squad_file
from qareport.data.types import DataSet, GoldAnswer
from qareport.errors import DataError
from tests.shared_data import DEV_SET, needs_shared
from tests.squad_json import CONTEXT, QUESTION, raw_squad_json, write_squad

SHAPE = "SQuAD JSON is an object whose 'data' lists articles > 'paragraphs' > 'qas'"


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "dev.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def sentence(path: Path) -> str:
    """What the reader says about a file that it refuses, without the folder."""
    with pytest.raises(DataError) as caught:
        read_squad_file(path)
    return str(caught.value).replace(f"{path.parent}/", "")


def test_a_question_becomes_an_example_with_its_title_and_context(tmp_path: Path) -> None:
    path = write_squad(tmp_path, QUESTION)

    (example,) = read_squad_file(path).examples

    assert (example.id, example.question, example.title) == ("q", "who?", "t")
    assert example.context == CONTEXT
    assert example.gold_answers == (GoldAnswer("Norman", 0),)
    assert example.plausible_answers == ()


def test_plausible_answers_are_kept_apart_from_gold_answers(tmp_path: Path) -> None:
    plausible = [{"text": "here", "answer_start": 11}]
    question = {**QUESTION, "answers": [], "is_impossible": True, "plausible_answers": plausible}

    (example,) = read_squad_file(write_squad(tmp_path, question)).examples

    assert not example.has_answer
    assert example.plausible_answers == (GoldAnswer("here", 11),)


def test_questions_of_a_paragraph_share_one_context(tmp_path: Path) -> None:
    path = write_squad(tmp_path, QUESTION, {**QUESTION, "id": "r"})

    first, second = read_squad_file(path).examples

    assert first.context is second.context


def test_the_identity_names_the_file_and_nothing_of_the_hub(tmp_path: Path) -> None:
    path = write_squad(tmp_path, QUESTION)

    identity = read_squad_file(path).identity

    assert identity.source == str(path)
    assert (identity.config, identity.split, identity.revision) == (None, None, None)


def test_gzip_is_known_by_its_first_bytes_whatever_the_name(tmp_path: Path) -> None:
    plain = read_squad_file(write_squad(tmp_path, QUESTION))

    packed = read_squad_file(write(tmp_path, gzip.compress(raw_squad_json(QUESTION).encode())))

    assert packed == plain


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + raw_squad_json(QUESTION).encode())

    assert read_squad_file(path).questions_read == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert sentence(tmp_path / "dev.json") == "dev.json: not found; check the path"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()

    assert sentence(tmp_path / "dev") == "dev: is a folder; name a file in it"


def test_a_path_below_a_file_is_refused_with_the_system_s_reason(tmp_path: Path) -> None:
    path = write(tmp_path, "") / "below"

    assert sentence(path) == "below: cannot be read (Not a directory); check the file's rights"


def test_a_cut_off_file_names_line_and_column(tmp_path: Path) -> None:
    path = write(tmp_path, '{"data": [\n{"title": "t"')

    assert sentence(path) == (
        "dev.json: not valid JSON at line 2, column 14 (Expecting ',' delimiter); "
        "the file may be cut off: get or write it again"
    )


def test_json_lines_are_distinguished_from_squad_json(tmp_path: Path) -> None:
    path = write(tmp_path, '{"id": "1"}\n{"id": "2"}\n')

    assert sentence(path) == (
        "dev.json: not valid JSON at line 2, column 1 (Extra data); "
        "delete what follows it; if every line holds one question, name the file .jsonl"
    )


def test_json_that_only_python_accepts_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, '{"data": [NaN]}')

    assert sentence(path) == (
        "dev.json: not valid JSON at line 1, column 11 (NaN is not a number of JSON); "
        "write null or a number"
    )


def test_another_encoding_names_the_first_wrong_byte(tmp_path: Path) -> None:
    path = write(tmp_path, '{"data": ["é"]}'.encode("latin-1"))

    assert sentence(path) == "dev.json: byte 11 is not UTF-8; save the file as UTF-8"


def test_gzip_that_unpacks_to_megabytes_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(raw_squad_json(QUESTION).encode() + b" " * 2_000_000)

    assert sentence(write(tmp_path, packed)) == (
        "dev.json: unpacks to more than 20 times the size of the file; unpack the file first, as "
        "with `gunzip`, and name the unpacked one"
    )


@pytest.mark.parametrize("damage", ["cut off", "overwritten"])
def test_damaged_gzip_is_refused(tmp_path: Path, damage: str) -> None:
    packed = gzip.compress(raw_squad_json(QUESTION).encode())
    damaged = {"cut off": packed[:-9], "overwritten": packed[:12] + b"\xff" * 20 + packed[32:]}

    assert sentence(write(tmp_path, damaged[damage])) == (
        "dev.json: the gzip data is cut off or damaged; get or write the file again"
    )


def test_a_repeated_key_names_its_article(tmp_path: Path) -> None:
    text = raw_squad_json(QUESTION).replace('"id": "q"', '"id": "q", "id": "r"')

    assert sentence(write(tmp_path, text)) == (
        "dev.json: data[0]: an object has the key 'id' twice; keep one of them"
    )


def test_a_second_list_of_articles_is_a_repeated_key(tmp_path: Path) -> None:
    path = write(tmp_path, '{"data": [], "data": []}')

    assert sentence(path) == "dev.json: an object has the key 'data' twice; keep one of them"


@pytest.mark.parametrize("text", ["[]", "{}", '{"data": {}}', '{"q": "Norman"}'])
def test_json_without_a_list_of_articles_is_refused(tmp_path: Path, text: str) -> None:
    assert sentence(write(tmp_path, text)) == f"dev.json: has no list 'data' at its top; {SHAPE}"


@pytest.mark.parametrize(
    "text", ['{"data": []}', '{"data": [{"title": "t", "paragraphs": []}]}', raw_squad_json()]
)
def test_a_data_set_without_questions_is_refused(tmp_path: Path, text: str) -> None:
    expected = "dev.json: has no questions; check that it is the right file"

    assert sentence(write(tmp_path, text)) == expected


@pytest.mark.parametrize(
    ("articles", "wrong"),
    [
        ([1], "data[0] is a whole number, not an object"),
        ([{}], "data[0] has no list 'paragraphs'"),
        ([{"paragraphs": ["p"]}], "data[0].paragraphs[0] is a string, not an object"),
        ([{"paragraphs": [{"qas": None}]}], "data[0].paragraphs[0] has no list 'qas'"),
        (
            [{"paragraphs": [{"qas": [[]]}]}],
            "data[0].paragraphs[0].qas[0] is a list, not an object",
        ),
    ],
)
def test_another_shape_is_refused_with_its_location(
    tmp_path: Path, articles: object, wrong: str
) -> None:
    path = write(tmp_path, json.dumps({"data": articles}))

    assert sentence(path) == f"dev.json: {wrong}; {SHAPE}"


def test_one_finding_of_an_error_is_the_whole_sentence(tmp_path: Path) -> None:
    path = write_squad(tmp_path, {"id": "56dd", "question": "who?"})

    assert sentence(path) == (
        "dev.json: data[0].paragraphs[0].qas[0] (id '56dd'): field 'answers' is missing; "
        "add it; a question without an answer has an empty list of answers"
    )


def test_a_context_that_is_missing_is_reported_for_each_question(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps({"data": [{"paragraphs": [{"qas": [QUESTION]}]}]}))

    (group,) = inspect_squad_file(path).findings

    assert group.cases == (
        f"{path}: data[0].paragraphs[0].qas[0] (id 'q'): field 'context' is missing",
    )


@pytest.fixture(scope="module")
def official_dev_set() -> DataSet:
    """The official dev set, read once."""
    return read_squad_file(DEV_SET)


@pytest.mark.slow
@needs_shared
def test_the_official_dev_set_is_read_whole(official_dev_set: DataSet) -> None:
    examples = official_dev_set.examples

    unanswerable = [example for example in examples if not example.has_answer]
    assert official_dev_set.questions_read == len(examples) == 11873
    assert official_dev_set.exclusions == ()
    assert len(unanswerable) == 5945
    assert sum(bool(example.plausible_answers) for example in unanswerable) == 5930
    assert len({example.title for example in examples}) == 35


@pytest.mark.slow
@needs_shared
def test_the_official_dev_set_has_no_flaw(official_dev_set: DataSet) -> None:
    assert official_dev_set.findings == ()


def test_memory_holds_one_article_beside_the_examples(tmp_path: Path) -> None:
    """The file is 300 articles of one question whose text is dropped with its article."""
    dropped = "x" * 100_000
    article = {"paragraphs": [{"context": CONTEXT, "qas": [], "dropped": dropped}]}
    articles = [article] * 300 + [{"paragraphs": [{"context": CONTEXT, "qas": [QUESTION]}]}]
    path = write(tmp_path, json.dumps({"data": articles}))

    tracemalloc.start()
    try:
        read_squad_file(path)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak_bytes < 20 * len(dropped)
