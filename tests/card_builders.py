"""Values of a test in, what cards are made of out: small records, facts, words, and files."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from huggingface_hub import ModelCard, ModelCardData

from qareport.analysis.analyse import analyse
from qareport.analysis.examples.rows import ExampleRow, Scope
from qareport.analysis.statistics.comparison import compare_rows, recover_gap
from qareport.analysis.statistics.seeds import combine_seeds
from qareport.cards.author_words import Author, AuthorWords, FurtherReading, Passage
from qareport.cards.render.sources import Against, CardRecord, CardSources, Picture
from qareport.cards.snippet import Usage
from qareport.cards.text.card_text import CardText
from qareport.data.names import DataName
from qareport.evaluation.evaluation_json import Evaluation, read_evaluation, write_evaluation
from qareport.evaluation.record.writer import EVALUATION
from qareport.metrics.normalisers import SQUAD_EN
from tests.builders import example
from tests.row_builders import evaluation_of, row, write_record
from tests.training_facts import training_facts

NAMED = DataName(source="data.json", id="acme/ships", name="Ships", split="test", revision="c0ffee")
WORDS = AuthorWords(
    model_id="acme/small-ships",
    summary="Answers questions about ships.",
    overview="It reads *logs* of ships.",
    intended_use="Ask it about ships.",
    limitations="It knows no trains.",
    languages=("en",),
    license="apache-2.0",
    base_model="acme/encoder",
    datasets=("acme/ships",),
    data=(NAMED,),
    co2_grams=12.5,
    tags=("ships",),
    authors=(Author(name="Ada Tide", contact="ada [at] example.org"),),
    about="We like ships.",
    links=(FurtherReading(text="Harbour", url="https://example.org/harbour"),),
    citation="@misc{ships, title={Ships}}",
    sections=(Passage(title="Thanks", text="To the crew."),),
)
CONTEXT = "The brig Aurora sailed in May with tea. The sloop Borea sailed in June with salt."
ASKED = (
    ("a1", "What did the Aurora carry?", ("tea",)),
    ("a2", "When did the Aurora sail?", ("May", "in May")),
    ("b1", "What did the Borea carry?", ("salt", "salt")),
    ("b2", "Who built the Borea?", ()),
    ("c1", "When did the Borea sail?", ("June",)),
    ("c2", "How long is the Aurora?", ()),
)
"""Two questions for each of three articles."""
COPIES = 3
"""Of all articles, so that they are enough for intervals."""
RIGHT = ("tea", "May", "salt", "", "June", "")
STUDENT = ("tea", "in May with tea", "", "", "June", "salt")
BASELINE = ("", "", "", "", "", "")
WITH_TEXTS = Scope(gold_normaliser=SQUAD_EN)


def answered(texts: Sequence[str]) -> tuple[ExampleRow, ...]:
    """The rows of all questions in all copies, answered with these texts."""
    return tuple(
        row(
            example(
                f"{id_}-{copy}", question, context=CONTEXT, golds=golds, title=f"{id_[0]}-{copy}"
            ),
            text,
            null_margin=(-1.0 if text else 1.0) * (1 + place),
            groups={"question word": question.partition(" ")[0]},
        )
        for copy in range(COPIES)
        for place, ((id_, question, golds), text) in enumerate(zip(ASKED, texts, strict=True))
    )


@cache
def measured(
    texts: Sequence[str] = STUDENT,
    *,
    folder: str = "student",
    weights: str = "w1",
    named: DataName | None = NAMED,
) -> CardRecord:
    """A record with its analysis."""
    rows = answered(texts)
    return CardRecord(
        folder, _of_weights(evaluation_of(*rows), weights), analyse(rows, scope=WITH_TEXTS), named
    )


@cache
def distilled() -> CardSources:
    """Sources with something in every field."""
    main, teacher = measured(), measured(RIGHT, folder="teacher", weights="w2")
    baseline = measured(BASELINE, folder="baseline", weights="w3")
    rows = [answered(texts) for texts in (STUDENT, RIGHT, BASELINE)]
    return CardSources(
        model_id="acme/small-ships",
        has_hub_id=True,
        words=WORDS,
        main=main,
        training=training_facts(),
        other_rules=(_by_other_rules(main),),
        other_data=(replace(main, folder="other", named=replace_name("Boats")),),
        seeds=(measured(BASELINE, folder="seed", weights="w4"),),
        seed_scores=combine_seeds([rows[0], rows[2]]),
        against=(
            Against("teacher", teacher, compare_rows(rows[0], rows[1], tolerance=0.005)),
            Against("baseline", baseline, compare_rows(rows[0], rows[2], tolerance=0.005)),
        ),
        gap=recover_gap(rows[0], rows[1], rows[2]),
        usage=Usage('print("tea")', "tea\n", {"torch": "2.13.0"}),
        pictures=(Picture("charts/f1.svg", "F1 by group."),),
    )


def replace_name(name: str) -> DataName:
    """The same data under another name."""
    return NAMED.model_copy(update={"name": name, "id": f"acme/{name.lower()}"})


def write_card_folder(folder: Path, texts: Sequence[str] = STUDENT, *, weights: str = "w1") -> Path:
    """The folder, with a record in it."""
    write_record(folder, *answered(texts))
    path = folder / EVALUATION
    write_evaluation(_of_weights(read_evaluation(path), weights), path)
    return folder


def read_by_the_hub(card: CardText) -> ModelCardData:
    """The metadata of a card as huggingface_hub reads it."""
    read = ModelCard(card.text).data
    if not isinstance(read, ModelCardData):
        raise TypeError(read)
    return read


def _of_weights(evaluation: Evaluation, weights: str) -> Evaluation:
    return replace(evaluation, model=replace(evaluation.model, weights_sha256=weights))


def _by_other_rules(main: CardRecord) -> CardRecord:
    options = replace(main.evaluation.options, null_threshold=-1.5)
    return replace(main, folder="rescored", evaluation=replace(main.evaluation, options=options))
