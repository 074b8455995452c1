"""Single questions, lists and data sets get the same answers; faults end in one sentence."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from qareport.data.findings import Finding, Severity
from qareport.data.types import CharSpan, Example
from qareport.errors import UsageError, explain
from qareport.inference.answerer import (
    CALIBRATION_SAMPLE,
    TOKENS_PER_CHUNK_EXAMPLE,
    Answerer,
    calibration_sample,
)
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import (
    FittedEngine,
    SmallEngine,
    TableEngine,
    loaded_model,
    windows_of,
    word_answerer,
)
from tests.builders import example


@pytest.fixture
def answerer() -> Answerer:
    """Answers with "Normans" where it finds that, then with "Denmark"; both are two tokens."""
    starts, ends = {"norm": 5.0, "denm": 3.0}, {"##ans": 5.0, "##ark": 3.0}
    return word_answerer(starts, ends, AnsweringOptions(max_seq_length=20, doc_stride=4))


def findings_of(answerer: Answerer, *examples: Example) -> list[Finding]:
    """What answering the examples makes known."""
    return [finding for chunk in answerer.answer_all(examples) for finding in chunk.findings]


def texts_of(answerer: Answerer, examples: Sequence[Example]) -> list[str]:
    """The answers to the examples."""
    chunks = answerer.answer_all(examples)
    return [prediction.text for chunk in chunks for prediction in chunk.predictions]


def test_a_question_gets_an_answer(answerer: Answerer) -> None:
    prediction = answerer.answer("Who came?", "The Normans came.")

    assert (prediction.text, prediction.span) == ("Normans", CharSpan(4, 11))


def test_an_error_of_a_library_names_its_questions(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("logits")

    monkeypatch.setattr("qareport.inference.answerer.find_candidates", fail)

    with pytest.raises(KeyError) as caught:
        findings_of(answerer, example("first"), example("last"))
    with pytest.raises(KeyError) as alone:
        findings_of(answerer, example("one"))

    assert explain(caught.value) == "KeyError, at a question of 'first' to 'last': 'logits'"
    assert explain(alone.value) == "KeyError, at question 'one': 'logits'"


def test_a_list_of_questions_gets_a_list_of_answers(answerer: Answerer) -> None:
    predictions = answerer.answer(["Who?", "Where?"], ["The Normans came.", "In Denmark."])

    assert [each.text for each in predictions] == ["Normans", "Denmark"]


def test_one_context_serves_all_questions(answerer: Answerer) -> None:
    predictions = answerer.answer(["Who?", "What?"], "The Normans came.")

    assert [each.text for each in predictions] == ["Normans", "Normans"]


def test_a_list_of_one_question_gets_a_list(answerer: Answerer) -> None:
    assert len(answerer.answer(["Who?"], "The Normans came.")) == 1


def test_no_questions_get_no_answers(answerer: Answerer) -> None:
    assert answerer.answer([], "The Normans came.") == []


def test_one_answer_is_given_unless_more_are_asked_for(answerer: Answerer) -> None:
    context = "Normans of Denmark"

    prediction = answerer.answer("Who?", context)

    assert [answer.text for answer in prediction.n_best] == ["Normans"]
    assert len(prediction.probabilities) == 1


def test_the_best_answers_are_distinct_spans(answerer: Answerer) -> None:
    context = "a " * 12 + "Normans a a Denmark"  # tokens 11 to 14 are in both windows

    whole = answerer.answer_all([example(question="Who?", context=context)])
    prediction = answerer.answer("Who?", context, top_k=4)

    (n_best,) = [each.n_best for chunk in whole for each in chunk.predictions]
    assert [answer.text for answer in n_best[:2]] == ["Normans", "Normans"]
    spans = [answer.span for answer in prediction.n_best]
    assert len(set(spans)) == len(spans) == 4


def test_the_best_answers_keep_their_probabilities(answerer: Answerer) -> None:
    context = "a " * 8 + "Normans a a Denmark " + "a " * 8

    prediction = answerer.answer("Who?", context, top_k=2)

    first, second = prediction.probabilities
    scores = [answer.score for answer in prediction.n_best]
    assert first > second
    assert scores == [10.0, 8.0]


def test_lists_of_different_lengths_are_refused(answerer: Answerer) -> None:
    with pytest.raises(UsageError) as caught:
        answerer.answer(["a", "b"], ["c"])

    assert str(caught.value) == (
        "2 questions and 1 contexts; give as many of both, or one context for all"
    )


@pytest.mark.parametrize(
    ("questions", "contexts", "sentence"),
    [
        (["a", " \n"], "c", "question 2 of 2 is empty; give it a text or leave it out"),
        (["a", "b"], ["", "c"], "context 1 of 2 is empty; give it a text or leave it out"),
        (["a"], " ", "context 1 of 1 is empty; give it a text or leave it out"),
    ],
)
def test_an_empty_text_is_refused(
    answerer: Answerer, questions: list[str], contexts: str | list[str], sentence: str
) -> None:
    with pytest.raises(UsageError) as caught:
        answerer.answer(questions, contexts)

    assert str(caught.value) == sentence


def test_at_least_one_answer_must_be_asked_for(answerer: Answerer) -> None:
    with pytest.raises(UsageError, match=r"^top_k is 0; it must be at least 1$"):
        answerer.answer("a", "b", top_k=0)


def test_windows_longer_than_the_model_can_take_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        Answerer(loaded_model(TableEngine()), AnsweringOptions(max_seq_length=513))

    assert str(caught.value) == (
        "tiny: windows of 513 tokens are longer than the 512 that the model can take; "
        "lower max_seq_length"
    )


def test_windows_may_be_of_any_length_where_nothing_limits_them() -> None:
    model = replace(loaded_model(TableEngine()), position_limit=None)

    answerer = Answerer(model, AnsweringOptions(max_seq_length=5000))

    assert answerer.answer("a", "b").text == "b"


@pytest.mark.parametrize("batch_tokens", [1, 3 * TOKENS_PER_CHUNK_EXAMPLE, 4096])
def test_how_many_examples_go_together_does_not_change_the_answers(
    answerer: Answerer, batch_tokens: int
) -> None:
    contexts = ["a " * number + word for number in range(3) for word in ("Normans", "Denmark")]
    examples = [example(str(index), context=context) for index, context in enumerate(contexts)]
    hardware = replace(answerer.model.hardware, batch_tokens=batch_tokens)
    chunked = Answerer(replace(answerer.model, hardware=hardware), answerer.options)

    assert texts_of(chunked, examples) == ["Normans", "Denmark"] * 3


def test_small_batches_make_small_chunks(answerer: Answerer) -> None:
    batch_tokens = 2 * TOKENS_PER_CHUNK_EXAMPLE
    hardware = replace(answerer.model.hardware, batch_tokens=batch_tokens)
    chunked = Answerer(replace(answerer.model, hardware=hardware), answerer.options)
    examples = tuple(example(str(index)) for index in range(5))

    chunks = list(chunked.answer_all(examples))

    assert [len(chunk.examples) for chunk in chunks] == [2, 2, 1]
    assert [one for chunk in chunks for one in chunk.examples] == list(examples)


def test_a_question_that_was_cut_is_found(answerer: Answerer) -> None:
    question = " " + "a " * 30

    findings = findings_of(answerer, example("short"), example("long", question))

    assert findings == [
        Finding(
            kind="cut question",
            severity=Severity.WARNING,
            location="question 'long'",
            message="it leaves no room for the context in a window, so only its first 11 of 60 "
            "characters were asked",
            remedy="shorten the question or raise max_seq_length",
        )
    ]


def test_every_chunk_tells_which_of_its_questions_were_cut(answerer: Answerer) -> None:
    examples = (example("short", " a "), example("long", "a " * 30), example("longer", "a " * 40))

    (chunk,) = answerer.answer_all(examples)

    assert chunk.cut_questions == {"long", "longer"}


def test_an_example_without_any_span_is_found(answerer: Answerer) -> None:
    findings = findings_of(answerer, example("empty", context=""), example("full"))

    assert findings == [
        Finding(
            kind="no span",
            severity=Severity.WARNING,
            location="question 'empty'",
            message="no window holds any text to answer with, so the answer is empty",
            remedy="look at its context; raise n_best_size if it is not empty",
        )
    ]


def test_batches_stay_small_after_memory_ran_out_and_the_record_says_so() -> None:
    batch_tokens = 4 * TOKENS_PER_CHUNK_EXAMPLE
    engine = SmallEngine(memory_tokens=20)
    answerer = Answerer(loaded_model(engine, batch_tokens=batch_tokens), AnsweringOptions())
    examples = [example(str(number), "Who?", context="Normans") for number in range(12)]

    findings = findings_of(answerer, *examples)

    assert (engine.windows, engine.failures) == (12, 1)
    assert findings == [
        Finding(
            kind="out of memory",
            severity=Severity.WARNING,
            location="cpu",
            message=(
                f"it had too little memory for batches of {batch_tokens} tokens, so those of 14 "
                "went on"
            ),
            remedy="name a smaller --batch-tokens, which saves the failed tries",
        )
    ]


def test_chunks_of_some_examples_alone_can_be_answered(answerer: Answerer) -> None:
    examples = [example(str(number), "Who?", context="Normans") for number in range(5)]

    chunks = list(answerer.answer_at([range(1, 2), range(3, 5)], examples))

    assert [[each.id for each in chunk.examples] for chunk in chunks] == [["1"], ["3", "4"]]


def test_ranges_of_all_chunks_are_the_whole_data(answerer: Answerer) -> None:
    size = answerer.model.hardware.batch_tokens // TOKENS_PER_CHUNK_EXAMPLE

    assert answerer.chunk_ranges(size + 1) == [range(size), range(size, size + 1)]


def test_a_text_that_has_no_tokens_stops_the_answers_where_it_stands(answerer: Answerer) -> None:
    texts = ["Who?", "Where?", "\ud800", "What?"]  # half a character
    examples = [example(text, text, context="Normans") for text in texts]
    chunks = answerer.answer_at([range(at, at + 1) for at in range(4)], examples)

    assert [next(chunks).examples[0].id for _ in range(2)] == texts[:2]
    with pytest.raises(TypeError):
        next(chunks)


def test_chunks_of_two_data_sets_may_be_asked_for_in_turns(answerer: Answerer) -> None:
    ranges = [range(index, index + 1) for index in range(6)]
    normans, danes = (
        [example(f"{word} {at}", context="a " * 20 + word) for at in range(6)]
        for word in ("Normans", "Denmark")
    )
    short = Answerer(answerer.model, AnsweringOptions(max_seq_length=16, doc_stride=2))

    chunks = zip(answerer.answer_at(ranges, normans), short.answer_at(ranges, danes), strict=True)

    longest = [max(len(each) for each in one.windows) for pair in chunks for one in pair]
    assert longest == [20, 16] * 6


def test_an_engine_is_fitted_to_the_first_window_of_each_example() -> None:
    options = AnsweringOptions(max_seq_length=16, doc_stride=2)
    plain = Answerer(loaded_model(FittedEngine()), options)
    short = example("short", "Who?", context="a b")
    long = example("long", "Who?", context="a b c " * 6)

    fitted = plain.calibrated([short, long])

    assert isinstance(fitted.model.engine, FittedEngine)
    first, second = windows_of(plain.model.tokenizer, short, long, options=options)[:2]
    assert fitted.model.engine.settings["windows"] == [
        first.token_ids.tolist(),
        second.token_ids.tolist(),
    ]
    assert fitted.options == plain.options
    assert fitted.model.configuration_sha256 != plain.model.configuration_sha256


def test_an_engine_that_no_data_can_change_stays_the_same(answerer: Answerer) -> None:
    assert answerer.calibrated([example("q", "Who?", context="a b")]) is answerer


def test_without_data_nothing_is_fitted() -> None:
    plain = Answerer(loaded_model(FittedEngine()), AnsweringOptions())

    assert plain.calibrated([]) is plain


def test_engines_are_fitted_to_examples_from_all_over_the_data() -> None:
    examples = [example(str(place), "Who?", context="a") for place in range(CALIBRATION_SAMPLE * 3)]

    sample = calibration_sample(examples)

    assert [each.id for each in sample] == [str(3 * place) for place in range(CALIBRATION_SAMPLE)]
    assert calibration_sample(examples[:2]) == tuple(examples[:2])
    assert calibration_sample([]) == ()


def test_questions_are_reported_batch_by_batch_and_each_once(answerer: Answerer) -> None:
    told: list[int] = []
    short = Answerer(answerer.model, AnsweringOptions(max_seq_length=16, doc_stride=2))
    examples = [example(str(number), "Who?", context="a " * 20 + "b") for number in range(9)]
    model = replace(short.model, hardware=replace(short.model.hardware, batch_tokens=64))

    list(replace(short, model=model).reporting_to(told.append).answer_all(examples))

    assert sum(told) == len(examples)
    assert len(told) > len(list(replace(short, model=model).answer_all(examples)))
