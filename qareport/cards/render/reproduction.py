"""Lists the commands that make records again, and the hashes to compare."""

import shlex
from collections.abc import Iterator
from pathlib import PurePath

from qareport.cards.render.markdown import code
from qareport.cards.render.sources import CardRecord, CardSources
from qareport.cards.render.training_parts import training_machine_rows, versions_text
from qareport.cards.render.view import Command
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.inference.identity import ModelIdentity
from qareport.report.number_format import hardware_text, model_label, precision_sentence
from qareport.report.page.method_part import evaluate_options
from qareport.report.tables.plain_table import PlainTable

HASH_DIGITS = 12
HERE = "."
"""Folder of a record whose files are beside the page."""
SHOWN_FILES = ("predictions.json", "null_odds.json")


def commands(sources: CardSources) -> tuple[Command, ...]:
    """The commands of the training, then of each evaluation."""
    main = () if sources.main is None else (sources.main,)
    own = (*main, *sources.other_rules, *sources.other_data)
    others = [each.measured for each in sources.against]
    return (
        *_training_commands(sources),
        *(_evaluation_command(each, sources.loaded_as) for each in own),
        # The models of all seeds have one name, in the folder of their run.
        *(_evaluation_command(each, model_label(each.evaluation.model)) for each in sources.seeds),
        *(_evaluation_command(each, _loadable(each.evaluation.model)) for each in others),
    )


def environment_table(sources: CardSources) -> PlainTable | None:
    """The devices, dates and versions behind the numbers."""
    if sources.main is None:
        rows: tuple[tuple[str, str], ...] = ()
    else:
        rows = tuple(_evaluation_rows(sources.main.evaluation))
    rows = (*rows, *training_machine_rows(sources.training))
    if sources.training is None and sources.words.infrastructure:
        rows = (*rows, ("Training: device", sources.words.infrastructure))
    if sources.words.co2_grams is not None:
        rows = (*rows, ("Training: CO2 equivalents", f"{sources.words.co2_grams:g} g"))
    return PlainTable(("Step", "Value"), rows) if rows else None


def hashes_table(sources: CardSources) -> PlainTable | None:
    """The hashes of each record's weights, data and answers."""
    rows = tuple(
        (
            "beside this page" if each.folder == HERE else code(each.folder),
            each.label,
            code(each.evaluation.model.weights_sha256[:HASH_DIGITS]),
            code(each.evaluation.data.sha256[:HASH_DIGITS]),
            *(code(each.evaluation.files.get(name, "")[:HASH_DIGITS]) for name in SHOWN_FILES),
        )
        for each in sources.records
    )
    headings = ("Record", "Data", "Weights", "Examples", *SHOWN_FILES)
    return PlainTable(headings, rows) if rows else None


def _loadable(model: ModelIdentity) -> str:
    """Its id on the Hub, or the name of its folder; the path to it is private."""
    return model.name if model.revision else PurePath(model.name).name


def _training_commands(sources: CardSources) -> Iterator[Command]:
    if sources.training is not None:
        recipe = shlex.quote(sources.training.recipe_name)
        seed = f" --set seed={sources.training.recipe.get('seed')}" if sources.seeds else ""
        training = f"qareport train {recipe}{seed} --output RUN"
        yield Command("Teacher, student and baseline", training)


def _evaluation_command(measured: CardRecord, model: str) -> Command:
    evaluation = measured.evaluation
    words = ["qareport", "evaluate", model, *evaluate_options(evaluation)]
    text = shlex.join([*words, "--output", "RECORD"])
    if evaluation.protocol == TOKEN_LEVEL:
        text += "\nqareport rescore RECORD --protocol haystack-token --output RESCORED"
    prefix = "" if measured.folder == HERE else f"{measured.folder}: "
    return Command(f"{prefix}{measured.label}", text)


def _evaluation_rows(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    hardware, timing = evaluation.hardware, evaluation.timing
    yield "Evaluation: device", hardware_text(hardware)
    if evaluation.precision_check:
        sentence = precision_sentence(evaluation.precision_check, hardware)
        yield "Evaluation: against float32", sentence
    yield "Evaluation: date", timing.started.date().isoformat()
    yield (
        "Evaluation: speed",
        f"{timing.examples_per_second:.1f} questions a second ({timing.seconds:.0f} s)",
    )
    yield "Evaluation: versions", versions_text(evaluation.versions)
