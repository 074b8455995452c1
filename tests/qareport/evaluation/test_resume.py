"""A stopped evaluation goes on where it stopped, and answers again what it cannot trust."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from qareport.analysis.examples.rows import ExampleRow
from qareport.data.files import file_sha256
from qareport.data.sampling import sample_data_set
from qareport.data.types import DataIdentity, DataSet
from qareport.errors import OutputError
from qareport.evaluation.evaluate import evaluate_into
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.record.writer import ANSWER_FILES
from qareport.inference.answerer import TOKENS_PER_CHUNK_EXAMPLE, Answerer
from qareport.inference.engines.engine import SpanLogits, TokenBatch
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import TableEngine, loaded_model
from tests.builders import example

EXAMPLES = tuple(
    example(f"q{number}", f"Who came in {number}?", context="The Normans came.", golds=("Normans",))
    for number in range(5)
)
DATA_SET = DataSet(DataIdentity("data.json", None, None, None, "d"), EXAMPLES, (), 5, ())
OPTIONS = AnsweringOptions(max_seq_length=24, doc_stride=4)
CUT = replace(EXAMPLES[0], question="a " * 40)


@dataclass(slots=True)
class CountingEngine:
    """An engine that counts the windows that it is asked about, and is stopped after some."""

    table: TableEngine
    stops_after: int | None = None
    windows: int = 0

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Logits of the table."""
        if self.windows == self.stops_after:
            raise KeyboardInterrupt
        self.windows += len(batch.token_ids)
        return self.table.compute_logits(batch)


def answerer(
    *, weights: str = "w", options: AnsweringOptions = OPTIONS, stops_after: int | None = None
) -> Answerer:
    """An answerer with two examples to a chunk, whose weights have this hash.

    It is stopped after so many chunks.
    """
    model = loaded_model(TableEngine(), batch_tokens=2 * TOKENS_PER_CHUNK_EXAMPLE)
    ids = model.tokenizer.get_vocab()
    table = TableEngine({ids["norm"]: 5.0}, {ids["##ans"]: 5.0})
    engine = CountingEngine(table, 2 * stops_after if stops_after else None)
    identity = replace(model.identity, weights_sha256=weights)
    return Answerer(replace(model, engine=engine, identity=identity), options)


def windows_asked(asked: Answerer) -> int:
    """How many windows its engine was asked about."""
    assert isinstance(asked.model.engine, CountingEngine)
    return asked.model.engine.windows


def stop(folder: Path, *, after: int = 2, data_set: DataSet = DATA_SET) -> None:
    """Stops an evaluation after some chunks."""
    with pytest.raises(KeyboardInterrupt):
        evaluate_into(folder, answerer(stops_after=after), data_set)


def untimed(evaluation: Evaluation) -> Evaluation:
    """The evaluation with the timing of another one."""
    timing = replace(evaluation.timing, seconds=0.0, examples_per_second=0.0)
    return replace(evaluation, timing=replace(timing, started=evaluation.timing.started.min))


def require_undisturbed(
    folder: Path, evaluation: Evaluation, asked: Answerer, data_set: DataSet = DATA_SET
) -> None:
    """The record is that of an undisturbed run of the same answerer, and nothing else is there."""
    undisturbed = evaluate_into(folder / "undisturbed", asked, data_set)
    assert untimed(evaluation) == untimed(undisturbed)
    hashes = {path.name: file_sha256(path) for path in folder.iterdir() if path.is_file()}
    evaluation_hash = hashes.pop("evaluation.json")
    assert evaluation_hash
    assert hashes == {name: file_sha256(folder / "undisturbed" / name) for name in ANSWER_FILES}
    assert sum(path.is_dir() for path in folder.iterdir()) == 1


def test_questions_of_an_earlier_run_are_reported_before_new_ones(tmp_path: Path) -> None:
    stop(tmp_path)
    told: list[int] = []

    evaluate_into(tmp_path, answerer().reporting_to(told.append), DATA_SET)

    assert told[0] == 4
    assert sum(told) == len(EXAMPLES)


def test_finished_chunks_are_not_answered_again(tmp_path: Path) -> None:
    stop(tmp_path)
    logged: list[str] = []
    again = answerer()

    evaluation = evaluate_into(tmp_path, again, DATA_SET, log=logged.append)

    assert windows_asked(again) == 1
    assert logged == [f"{tmp_path / '.work'}: goes on with 4 of 5 examples answered before"]
    require_undisturbed(tmp_path, evaluation, answerer())


def test_undisturbed_run_logs_nothing(tmp_path: Path) -> None:
    logged: list[str] = []

    evaluate_into(tmp_path, answerer(), DATA_SET, log=logged.append)

    assert logged == []


def test_watcher_is_shown_the_chunks_of_earlier_runs_too(tmp_path: Path) -> None:
    stop(tmp_path)
    seen: list[Sequence[ExampleRow]] = []

    evaluate_into(tmp_path, answerer(), DATA_SET, watch=seen.append)

    shown = [row.example.id for rows in seen for row in rows]
    assert shown == [each.id for each in EXAMPLES]


def test_findings_of_earlier_runs_stay_in_the_record(tmp_path: Path) -> None:
    data_set = replace(DATA_SET, examples=(CUT, *EXAMPLES[1:]))
    stop(tmp_path, data_set=data_set)
    seen: list[Sequence[ExampleRow]] = []

    evaluation = evaluate_into(tmp_path, answerer(), data_set, watch=seen.append)

    assert [group.kind for group in evaluation.findings] == ["cut question"]
    assert [row.question_is_cut for row in seen[0]] == [True, False]
    require_undisturbed(tmp_path, evaluation, answerer(), data_set)


def test_seconds_of_earlier_runs_are_counted(tmp_path: Path) -> None:
    stop(tmp_path)
    evaluation = evaluate_into(tmp_path, answerer(), DATA_SET)

    assert evaluation.timing.windows == 5
    assert evaluation.timing.examples_per_second == pytest.approx(5 / evaluation.timing.seconds)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-9]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"PAR1", b"PAR0")),
        lambda path: path.write_bytes(b""),
        lambda path: shutil.copy(path, path.with_name("00000002.shard")),
    ],
    ids=["torn", "flipped", "empty", "misplaced"],
)
def test_damaged_shard_is_answered_again(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    stop(tmp_path)
    damage(tmp_path / ".work/00000000.shard")
    logged: list[str] = []
    again = answerer()

    evaluation = evaluate_into(tmp_path, again, DATA_SET, log=logged.append)

    assert windows_asked(again) == 3
    assert logged[0].endswith("so these examples are answered again")
    require_undisturbed(tmp_path, evaluation, answerer())


@pytest.mark.parametrize(
    ("other", "data_set", "differing"),
    [
        (answerer(weights="v"), DATA_SET, "weights"),
        (answerer(options=replace(OPTIONS, null_threshold=-9.0)), DATA_SET, "options"),
        (
            answerer(),
            replace(DATA_SET, identity=replace(DATA_SET.identity, sha256="other")),
            "data",
        ),
    ],
    ids=["another model under the same name", "other options", "other data"],
)
def test_shards_of_another_run_are_answered_again(
    tmp_path: Path, other: Answerer, data_set: DataSet, differing: str
) -> None:
    stop(tmp_path)
    logged: list[str] = []
    before = windows_asked(other)

    evaluation = evaluate_into(tmp_path, other, data_set, log=logged.append)

    assert windows_asked(other) - before == 5
    (sentence,) = logged
    assert f"was made with other {differing}, so these examples are answered again" in sentence
    require_undisturbed(tmp_path, evaluation, other, data_set)


def test_a_sample_of_another_seed_is_answered_from_the_start(tmp_path: Path) -> None:
    first, second = (sample_data_set(DATA_SET, questions=4, seed=seed) for seed in (1, 2))
    assert first.examples != second.examples
    with pytest.raises(KeyboardInterrupt):
        evaluate_into(tmp_path, answerer(stops_after=1), first)
    again = answerer()

    evaluation = evaluate_into(tmp_path, again, second)

    assert windows_asked(again) == 4
    require_undisturbed(tmp_path, evaluation, answerer(), second)


def test_weights_without_a_hash_are_never_taken_for_the_same(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        evaluate_into(tmp_path, answerer(weights="", stops_after=2), DATA_SET)
    again = answerer(weights="")

    evaluate_into(tmp_path, again, DATA_SET)

    assert windows_asked(again) == 5


def test_second_run_on_the_same_folder_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    refusals: list[str] = []

    def run_again(_: Sequence[ExampleRow]) -> None:
        with pytest.raises(OutputError) as caught:
            evaluate_into(tmp_path, answerer(), DATA_SET)
        refusals.append(str(caught.value))

    evaluation = evaluate_into(tmp_path, answerer(), DATA_SET, watch=run_again)

    assert all("is writing a record there; wait until it has ended" in each for each in refusals)
    assert len(refusals) == 3
    require_undisturbed(tmp_path, evaluation, answerer())


def test_older_record_stays_whole_until_the_new_one_is_finished(tmp_path: Path) -> None:
    evaluate_into(tmp_path, answerer(weights="old"), DATA_SET)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    stop(tmp_path)

    assert {path.name: path.read_bytes() for path in tmp_path.glob("[!.]*")} == before


def test_record_that_cannot_be_written_keeps_what_is_answered(tmp_path: Path) -> None:
    def be_in_the_way(_: Sequence[ExampleRow]) -> None:
        (tmp_path / "predictions.json").mkdir(exist_ok=True)

    with pytest.raises(OutputError) as caught:
        evaluate_into(tmp_path, answerer(), DATA_SET, watch=be_in_the_way)

    assert str(caught.value) == (
        f"{tmp_path / '.next-record'}: holds a whole record that cannot be put into its place (Is "
        "a directory); mend that, or remove the folder; once that is fixed, the same command "
        "continues from what is answered"
    )
    (tmp_path / "predictions.json").rmdir()
    again = answerer()
    evaluate_into(tmp_path, again, DATA_SET)
    assert windows_asked(again) == 0
