"""Lists how a record was measured, and gives the command that measures it again."""

import shlex
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import PurePath

from qareport.data.findings import FindingGroup
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.inference.engines.table import TORCH
from qareport.inference.options import AnsweringOptions
from qareport.metrics.measures import HEADLINE
from qareport.metrics.normalisers import SQUAD_EN
from qareport.report.number_format import count, hardware_text, precision_sentence
from qareport.report.page.sources import ShownRecord
from qareport.report.page.views import Fact

HASH_DIGITS = 12
"""Digits of a hash that people compare; the record holds all."""


def method_facts(record: ShownRecord) -> tuple[Fact, ...]:
    """Data, model, rules, machine and versions."""
    return (*_identities(record), *_rules(record.evaluation), *_machine(record.evaluation))


def finding_facts(evaluation: Evaluation, *, is_redacted: bool) -> tuple[Fact, ...]:
    """What the check of the data found; its cases quote the data, so a redacted page has none."""
    return tuple(
        Fact(f"{each.kind} ({count(each.count)})", _finding_text(each, is_redacted=is_redacted))
        for each in evaluation.findings
    )


def evaluate_command(evaluation: Evaluation) -> str:
    """The commands that make the record again."""
    words = ["qareport", "evaluate", evaluation.model.name, *evaluate_options(evaluation)]
    text = shlex.join([*words, "--output", "RECORD"])
    if evaluation.protocol == TOKEN_LEVEL:
        text += f"\nqareport rescore RECORD --protocol {TOKEN_LEVEL} --output RESCORED"
    return text


def evaluate_options(evaluation: Evaluation) -> Iterator[str]:
    """All options that `qareport evaluate` needs for the same evaluation, and no others."""
    data, part, defaults = evaluation.data, evaluation.sampling, asdict(AnsweringOptions())
    is_file = (data.revision, data.config, data.split) == (None, None, None)
    given: dict[str, object] = {
        "--model-revision": evaluation.model.revision,
        "--data" if is_file else "--dataset": PurePath(data.source).name
        if is_file
        else data.source,
        "--config": data.config,
        "--split": data.split,
        "--revision": data.revision,
        **({} if part is None else {part.option: part.questions, "--seed": part.seed}),
        "--device": evaluation.hardware.device,
        "--dtype": evaluation.hardware.dtype,
    }
    if evaluation.hardware.engine != TORCH:
        given["--engine"] = evaluation.hardware.engine
    for name, value in asdict(evaluation.options).items():
        if value != defaults[name]:
            given[f"--{name.replace('_', '-')}"] = value
    if evaluation.normaliser != SQUAD_EN.name:
        given["--normaliser"] = evaluation.normaliser
    for name, value in given.items():
        if value is not None:
            yield from (name, str(value))
    yield from _measure_options(evaluation)


def _measure_options(evaluation: Evaluation) -> Iterator[str]:
    for measure in evaluation.scores.overall.measures:
        if measure not in HEADLINE:
            yield from ("--measure", measure)


def _identities(record: ShownRecord) -> Iterator[Fact]:
    model, data = record.evaluation.model, record.evaluation.data
    part = " ".join(each for each in (data.config, data.split) if each)
    yield Fact(
        "Data", f"{record.data_name} ({' '.join(each for each in (data.source, part) if each)})"
    )
    if data.revision:
        yield Fact("Revision of the data", data.revision)
    yield Fact("Hash of the examples", data.sha256[:HASH_DIGITS])
    yield Fact("Questions", _questions(record.evaluation))
    yield Fact("Model", f"{model.name} ({model.architecture})")
    if model.revision:
        yield Fact("Revision of the model", model.revision)
    yield Fact("Hash of the weights", model.weights_sha256[:HASH_DIGITS])
    yield Fact("Parameters", count(model.parameters))
    tokenizer = model.tokenizer
    yield Fact("Tokenizer", f"{tokenizer.kind}, {count(tokenizer.vocabulary_size)} tokens")


def _rules(evaluation: Evaluation) -> Iterator[Fact]:
    options = evaluation.options
    yield Fact("Scored by", f"{evaluation.protocol}, normaliser {evaluation.normaliser}")
    yield Fact(
        "Windows", f"{options.max_seq_length} tokens, {options.doc_stride} of the context shared"
    )
    if evaluation.protocol != TOKEN_LEVEL:
        yield Fact(
            "Answers",
            f"up to {options.max_answer_length} tokens, the {options.n_best_size} best kept",
        )
        yield Fact("Null threshold", f"{options.null_threshold:g} logits, rule {options.null_rule}")


def _machine(evaluation: Evaluation) -> Iterator[Fact]:
    hardware, timing = evaluation.hardware, evaluation.timing
    yield Fact("Device", hardware_text(hardware))
    if evaluation.precision_check:
        yield Fact("Against float32", precision_sentence(evaluation.precision_check, hardware))
    yield Fact("Date", timing.started.date().isoformat())
    yield Fact(
        "Speed", f"{timing.examples_per_second:.1f} questions a second ({timing.seconds:.0f} s)"
    )
    yield Fact(
        "Versions", ", ".join(f"{name} {each}" for name, each in evaluation.versions.items())
    )


def _questions(evaluation: Evaluation) -> str:
    reasons = "".join(
        f"; {count(each.count)} left out, {each.reason}" for each in evaluation.exclusions
    )
    return f"{count(evaluation.questions_read)} read{reasons}"


def _finding_text(group: FindingGroup, *, is_redacted: bool) -> str:
    return group.remedy if is_redacted else "\n".join((group.remedy, *group.cases))
