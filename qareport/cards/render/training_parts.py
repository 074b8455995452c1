"""Tabulates a training for its card, from its facts or else the author's words."""

from collections.abc import Iterator, Mapping, Sequence

from qareport.cards.author_words import AuthorWords
from qareport.cards.render.markdown import MarkdownText, code
from qareport.data.names import data_label, name_data
from qareport.evaluation.training_json import SourceFacts, StageFacts, TrainingFacts
from qareport.inference.identity import ModelIdentity
from qareport.report.number_format import count, model_label
from qareport.report.tables.plain_table import PlainTable

NOT_HYPERPARAMETERS = frozenset({"purpose", "data.train", "data.evaluation", "teacher.train"})
"""Keys of a recipe that the card shows elsewhere."""
LOG_ROWS = 8
"""Shown losses of each stage; training.json has all."""
UNKNOWN_FORMAT = "its own number format, which is not recorded"
HOUR = 3600
MINUTE = 60


def hyperparameters_table(facts: TrainingFacts | None, words: AuthorWords) -> PlainTable | None:
    """Every key with its value, those that are not at their defaults in bold."""
    parameters = words.hyperparameters if facts is None else facts.recipe
    changed = frozenset(facts.changed_keys if facts else ())
    rows = tuple(
        (_bold(key) if key in changed else code(key), code(_value(value)))
        for key, value in _flat(parameters)
        if value is not None and key not in NOT_HYPERPARAMETERS
    )
    return PlainTable(("Hyperparameter", "Value"), rows) if rows else None


def hyperparameters_note(facts: TrainingFacts | None) -> str:
    """The source of the hyperparameters, in a sentence."""
    if facts is not None:
        return (
            f"All keys of the recipe {facts.recipe_name}, with their values; those in bold are not "
            "at their defaults."
        )
    return "As the author states them; no record of the training is at hand."


def training_data_table(facts: TrainingFacts | None, words: AuthorWords) -> PlainTable | None:
    """The sources of the student's examples, then those of the teacher's."""
    if facts is None:
        return None
    rows = [
        *(("student", *_source_cells(source, words)) for source in facts.sources),
        *(("teacher", *_source_cells(source, words)) for source in facts.teacher_sources),
    ]
    headings = ("Learner", "Source", "Revision", "Examples", "Times", "Left out", "SHA-256")
    return PlainTable(headings, tuple(rows))


def training_notes(facts: TrainingFacts | None) -> tuple[str, ...]:
    """How the examples were cut, left out and changed, in sentences."""
    if facts is None:
        return ()
    windows = facts.windows
    cut = (
        f"{count(windows.examples)} examples were cut into {count(windows.windows)} windows; "
        f"{count(windows.no_answer_windows)} of these lack the answer that their question has."
    )
    notes = [cut]
    notes += [
        f"Left out: {count(exclusion.count)} ({exclusion.reason})."
        for exclusion in windows.exclusions
    ]
    if facts.unanswerable is not None:
        notes.append(f"{count(facts.unanswerable.made)} unanswerable examples were made of them.")
    notes += [f"Noticed ({count(finding.count)}): {finding.kind}." for finding in facts.findings]
    return tuple(notes)


def stages_table(facts: TrainingFacts | None) -> PlainTable | None:
    """Windows, updates, time and last loss of each fitting."""
    if facts is None:
        return None
    rows = tuple(
        (
            stage.name,
            count(stage.windows),
            f"{stage.epochs:g}",
            count(stage.updates),
            duration(stage.seconds),
            count(stage.processes),
            f"{stage.loss_curve[-1].loss:.4f}" if stage.loss_curve else "",
        )
        for stage in facts.stages
    )
    headings = ("Fitting", "Windows", "Epochs", "Updates", "Time", "Processes", "Last loss")
    return PlainTable(headings, rows)


def losses_table(facts: TrainingFacts | None) -> PlainTable | None:
    """Some points of each loss curve, and all scores on development data."""
    if facts is None:
        return None
    rows = [row for stage in facts.stages for row in _log_rows(stage)]
    headings = ("Fitting", "Update", "Loss", "Learning rate", "Exact match (dev)", "F1 (dev)")
    return PlainTable(headings, tuple(rows)) if rows else None


def provenance_table(facts: TrainingFacts | None, words: AuthorWords) -> PlainTable | None:
    """The teacher, the student's start and the settings of the distillation."""
    if facts is None:
        rows = (("Teacher", code(words.teacher)),) if words.teacher else ()
        return PlainTable(("Part", "Value"), rows) if rows else None
    teacher = facts.models.get("teacher")
    recipe = dict(_flat(facts.recipe))
    layers = recipe.get("student.layers")
    figures: dict[str, str] = {
        "Teacher": _identity(teacher) if teacher else MarkdownText("not known"),
        "Fine-tuned before": "yes" if "teacher.tuning.epochs" in recipe else "no",
        "Student starts from": _start(recipe),
        "Layers kept": _value(layers) if layers is not None else "all",
        "Vocabulary": _vocabulary(recipe),
        "Loss": _value(recipe.get("distillation.loss")),
        "Temperature": _value(recipe.get("distillation.temperature")),
        "Weight of the teacher": _value(recipe.get("distillation.weight")),
        "Fidelity": _value(recipe.get("fidelity")),
        "Teacher's logits": (
            f"{count(facts.cache.size_bytes)} bytes in float16, at most "
            f"{facts.cache.largest_rounding:.2g} from what the teacher computed in "
            f"{facts.cache.computed_in or UNKNOWN_FORMAT}"
        ),
    }
    return PlainTable(("Part", "Value"), tuple(figures.items()))


def training_machine_rows(facts: TrainingFacts | None) -> tuple[tuple[str, str], ...]:
    """Device, time, memory, energy and versions of the training."""
    if facts is None:
        return ()
    machine = facts.machine
    energy = "not known" if machine.energy_kwh is None else f"{machine.energy_kwh:.3f} kWh"
    seconds = sum(stage.seconds for stage in facts.stages)
    return (
        ("Training: device", f"{machine.device} ({machine.device_name})"),
        ("Training: time", duration(seconds)),
        ("Training: peak memory", f"{machine.peak_memory_bytes / 1e9:.1f} GB"),
        ("Training: energy", energy),
        ("Training: versions", versions_text(facts.versions)),
        ("Training: code", facts.git_commit or "not known"),
    )


def training_text(facts: TrainingFacts | None, words: AuthorWords) -> str | None:
    """The training data in a line."""
    if facts is None:
        return words.training_data
    return ", ".join(dict.fromkeys(_source_label(source, words) for source in facts.sources))


def duration(seconds: float) -> str:
    """The two largest units of a time."""
    whole = round(seconds)
    hours, minutes = whole // HOUR, whole % HOUR // MINUTE
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {whole % MINUTE} s"


def versions_text(versions: Mapping[str, str]) -> str:
    """Names and versions in a line."""
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def flat_lines(facts: TrainingFacts | None, words: AuthorWords) -> tuple[str, ...]:
    """Hyperparameters as lines "key = value"."""
    parameters = words.hyperparameters if facts is None else facts.recipe
    return tuple(
        f"{key} = {_value(value)}"
        for key, value in _flat(parameters)
        if value is not None and key not in NOT_HYPERPARAMETERS
    )


def _flat(settings: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every key of tables within tables, with dots between them; lists are values."""
    for key, value in settings.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(_value(each) for each in value)
    return str(value)


def _bold(key: str) -> MarkdownText:
    return MarkdownText(f"**{code(key)}**")


def _source_cells(source: SourceFacts, words: AuthorWords) -> Sequence[str]:
    left_out = "; ".join(f"{count(each.count)} {each.reason}" for each in source.exclusions)
    return (
        _source_label(source, words),
        source.identity.revision or "",
        count(source.examples),
        count(source.times),
        left_out,
        code(source.identity.sha256[:12]),
    )


def _source_label(source: SourceFacts, words: AuthorWords) -> str:
    return data_label(source.identity, name_data(source.identity, words.data))


def _log_rows(stage: StageFacts) -> Iterator[tuple[str, ...]]:
    """The last of each of so many equal parts of the loss curve, then the development scores."""
    curve = stage.loss_curve
    kept = sorted({(part + 1) * len(curve) // LOG_ROWS - 1 for part in range(LOG_ROWS)} - {-1})
    for index in kept:
        point = curve[index]
        rate = f"{point.learning_rate:.2e}"
        yield stage.name, count(point.update), f"{point.loss:.4f}", rate, "", ""
    for scores in stage.development:
        marks = " (kept)" if scores.update == stage.kept_update else ""
        exact, f1 = f"{scores.exact:.2f}", f"{scores.f1:.2f}{marks}"
        yield stage.name, count(scores.update), "", "", exact, f1


def _identity(model: ModelIdentity) -> MarkdownText:
    revision = f" at {code(model.revision)}" if model.revision else ""
    parameters = f"{count(model.parameters)} parameters"
    weights = f"weights {code(model.weights_sha256[:12])}"
    return MarkdownText(f"{code(model_label(model))}{revision}, {parameters}, {weights}")


def _vocabulary(recipe: Mapping[str, object]) -> str:
    size = recipe.get("teacher.vocabulary_size")
    if size is not None:
        return f"the {size} commonest tokens of the training data, the teacher's too"
    return "trimmed" if recipe.get("student.trim_vocabulary") else "whole"


def _start(recipe: Mapping[str, object]) -> str:
    model = recipe.get("student.model")
    return code(str(model)) if model is not None else "the teacher"
