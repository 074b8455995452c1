"""Prints a plan in windows, updates, millions, petaflop and hours."""

from collections.abc import Iterator, Sequence

from qareport.report.tables.scores import finding_lines
from trainer.planning.plan import Plan
from trainer.planning.speeds import SUSTAINED_SHARE
from trainer.planning.steps import FittingStep, Step

MEGA = 1e6
PETA = 1e15
HOUR = 3600
MINUTE = 60
SMALLEST_SHOWN = 0.01
"""Of a quantity in its unit, so that no small one reads as none."""
SHOWN_IN_FULL = 1000
"""Such numbers and larger ones are rounded to whole ones."""
GAP = "  "
MOST_DEVICE_CHARACTERS = 16
"""Of a device's name at the head of a column."""


def plan_lines(plan: Plan) -> tuple[str, ...]:
    """The lines of a plan; what forbids the run comes last."""
    return (
        plan.purpose,
        "",
        *_model_lines(plan),
        *_data_lines(plan),
        "",
        *_step_lines(plan),
        "",
        *_need_lines(plan),
        *_remark_lines(plan),
    )


def _model_lines(plan: Plan) -> Iterator[str]:
    for model in plan.models:
        size = model.size
        yield (
            f"{model.role}: {model.name} ({size.family}, {size.layers} layers, width {size.width}, "
            f"{_millions(size.parameters)} M parameters, "
            f"{_millions(size.parameters_without_embeddings)} M without embeddings)"
        )


def _data_lines(plan: Plan) -> Iterator[str]:
    training = plan.data.training
    yield (
        f"learnt from: {training.examples:,} examples in {training.windows:,} windows, "
        f"{training.no_answer_windows:,} of them without the answer that their question has"
    )
    for exclusion in training.exclusions:
        yield f"left out: {exclusion.count:,} examples ({exclusion.reason})"
    yield (
        f"scored on: {plan.data.evaluation_examples:,} examples in "
        f"{plan.data.evaluation_windows:,} windows"
    )


def _step_lines(plan: Plan) -> list[str]:
    """The steps as a table, and below it their sums."""
    devices = [time.device[:MOST_DEVICE_CHARACTERS] for time in plan.times]
    head = ["step", "windows", "epochs", "updates", "M tokens", "MB", "PFLOP", *devices]
    seconds_of_steps = zip(*(time.seconds for time in plan.times), strict=True)
    rows = [
        [*_step_cells(step), *map(_hours, seconds)]
        for step, seconds in zip(plan.steps, seconds_of_steps, strict=True)
    ]
    flops = sum(step.flops for step in plan.steps)
    sums = ["all", "", "", "", "", "", _petaflop(flops)]
    hours = (_hours(sum(time.seconds)) for time in plan.times)
    return [
        *_aligned([head, *rows, [*sums, *hours]]),
        "M tokens: of one epoch, with padding; MB: of checkpoints; times: h:mm on one device, the",
        f"first by a short trial of the student, the others at {SUSTAINED_SHARE:.0%} of their peak",
    ]


def _step_cells(step: Step) -> list[str]:
    if isinstance(step, FittingStep):
        return [
            step.name,
            f"{step.windows:,}",
            f"{step.epochs:g}",
            f"{step.updates.updates:,}",
            _millions(step.tokens_per_epoch),
            _megabytes(step.checkpoint_bytes),
            _petaflop(step.flops),
        ]
    windows, tokens = f"{step.windows:,}", _millions(step.tokens)
    return [step.name, windows, "", "", tokens, "", _petaflop(step.flops)]


def _need_lines(plan: Plan) -> Iterator[str]:
    disk = plan.needs.disk
    yield (
        f"disk: {_megabytes(disk.total)} MB ({_megabytes(disk.teacher_logits)} teacher's logits, "
        f"{_megabytes(disk.checkpoints)} checkpoints, {_megabytes(disk.models)} models)"
    )
    yield f"memory of the device: about {_megabytes(plan.needs.memory_bytes)} MB"


def _remark_lines(plan: Plan) -> Iterator[str]:
    for sentence in plan.remarks.uncounted:
        yield f"not counted: {sentence}"
    yield from finding_lines(plan.remarks.findings)
    for failure in plan.remarks.failures:
        yield f"cannot run: {failure}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with columns of one width, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        GAP.join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _hours(seconds: float) -> str:
    """Hours and minutes, below a minute seconds."""
    if seconds < 1:
        return "< 1 s"
    if round(seconds) < MINUTE:
        return f"{seconds:.0f} s"
    minutes = round(seconds / MINUTE)
    return f"{minutes // MINUTE}:{minutes % MINUTE:02}"


def _millions(count: int) -> str:
    return _amount(count / MEGA, digits=1)


def _petaflop(flops: float) -> str:
    """In three digits, for runs of a minute and of a month."""
    amount = flops / PETA
    return f"{amount:.3g}" if amount < SHOWN_IN_FULL else f"{amount:,.0f}"


def _megabytes(count: int) -> str:
    return _amount(count / MEGA, digits=0)


def _amount(amount: float, *, digits: int) -> str:
    """With so many digits after the point, or two where these would show nothing."""
    if 0 < amount < SMALLEST_SHOWN:
        return f"< {SMALLEST_SHOWN}"
    shows_nothing = amount > 0 and round(amount, digits) == 0
    return f"{amount:,.{2 if shows_nothing else digits}f}"
