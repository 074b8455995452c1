"""Measures an update of our distillation beside one made as Haystack made it.

    python benchmarks/training.py TEACHER DATA [--layers N] [--windows N] [--batch-size N]

Both distil the same windows into the same layers of the teacher, in float32. Ours reads the
teacher's logits from a cache and pads to the longest of windows of like length; Haystack ran the
teacher at every update and padded all windows to 384 tokens. The first update is left out.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from transformers import PreTrainedModel

from qareport.data.readers.squad_file import read_squad_file
from qareport.inference.engines.engine import TorchEngine
from qareport.inference.loading.models import LoadedModel, load_model, takes_type_ids
from qareport.inference.options import EngineOptions
from trainer.fitting.batching import BatchPart, Collator
from trainer.fitting.callbacks import UpdateProgress
from trainer.fitting.distiller import Fitting
from trainer.fitting.fitting import fit
from trainer.fitting.objectives import TeacherLogitsAndLabels, span_logits
from trainer.fitting.ordering import epoch_order
from trainer.losses.distillation import preset_weights
from trainer.preparing.labelling import label_windows
from trainer.recipe import Training, Windows
from trainer.starting.layers import keep_layers, spread_layers
from trainer.teaching.cache import open_or_build
from trainer.windows import TrainingWindow

EPOCHS = 4
LENGTH = 384
SEED = 42
TEMPERATURE = 1.5
OBJECTIVE = TeacherLogitsAndLabels("kl", TEMPERATURE, preset_weights(0.75, "kl"))


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a model is distilled."""

    name: str
    once: float
    """Seconds before the first epoch."""
    update: float
    """Seconds of an update, as a mean."""

    def row(self, updates: int) -> str:
        """The pace, and what some epochs of so many updates take."""
        projected = self.once + EPOCHS * updates * self.update
        return f"{self.name:12}{self.once:14.1f}{self.update:16.3f}{projected / 60:20.1f}"


def cut(teacher: LoadedModel, data: Path, count: int) -> tuple[TrainingWindow, ...]:
    """The first windows of a data set."""
    examples = read_squad_file(data, limit=count).examples
    labelled = label_windows(
        teacher.tokenizer,
        examples,
        Windows(max_seq_length=LENGTH),
        fidelity="corrected",
        golds="first",
    )
    return tuple(labelled.windows[:count])


def start(teacher: LoadedModel, layers: int) -> PreTrainedModel:
    """A student of some of the teacher's layers."""
    model = network(teacher)
    return keep_layers(model, spread_layers(model.config.num_hidden_layers, layers))


def network(teacher: LoadedModel) -> PreTrainedModel:
    """What a teacher computes logits with."""
    if not isinstance(teacher.engine, TorchEngine):
        raise TypeError(teacher.engine)
    return teacher.engine.model


def collate(teacher: LoadedModel) -> Collator:
    """Batches with all windows as long as Haystack's, and all positions answers."""
    return Collator(
        padding_id=teacher.tokenizer.pad_token_id or 0,
        takes_type_ids=takes_type_ids(network(teacher)),
        length=LENGTH,
        is_haystack=True,
    )


def measure_ours(
    teacher: LoadedModel, windows: Sequence[TrainingWindow], layers: int, batch_size: int
) -> Pace:
    """The pace of `fit` with a cache that is made first."""
    times: list[float] = []

    def watch(_: UpdateProgress) -> None:
        times.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        before = time.perf_counter()
        cache = open_or_build(Path(folder) / "logits", teacher, windows)
        once = time.perf_counter() - before
        collator = Collator(
            padding_id=teacher.tokenizer.pad_token_id or 0,
            takes_type_ids=takes_type_ids(network(teacher)),
            teacher=cache.logits,
        )
        training = Training(epochs=1, batch_size=batch_size)
        fitting = Fitting("ours", training, OBJECTIVE, collator, SEED, is_haystack=False)
        student = start(teacher, layers)
        fit(student, windows, fitting, folder=Path(folder) / "work", watch=watch)
    return Pace("ours", once, (times[-1] - times[0]) / (len(times) - 1))


def measure_haystacks(
    teacher: LoadedModel, windows: Sequence[TrainingWindow], layers: int, batch_size: int
) -> Pace:
    """The pace of a loop with the teacher in it."""
    student, model, collator = start(teacher, layers), network(teacher).eval(), collate(teacher)
    optimizer = torch.optim.AdamW(student.parameters(), lr=3e-5, weight_decay=0.01)
    student.train()
    times: list[float] = []
    for positions in batches(windows, batch_size):
        batch = {
            name: tensor.to(student.device)
            for name, tensor in collator([windows[at] for at in positions]).items()
        }
        with torch.no_grad():
            batch[BatchPart.TEACHER_LOGITS] = span_logits(model, batch)
        torch.autograd.backward(list(OBJECTIVE(student, batch).values()))
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if student.device.type == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter())
    return Pace("Haystack's", 0.0, (times[-1] - times[0]) / (len(times) - 1))


def batches(windows: Sequence[TrainingWindow], size: int) -> Iterator[Sequence[int]]:
    """Whole batches of an epoch in random order."""
    order = epoch_order([len(window.token_ids) for window in windows], seed=SEED, epoch=0)
    edges = range(0, len(order) + 1, size)
    return (order[first:stop] for first, stop in pairwise(edges))


def main() -> None:
    """Measures both, and prints a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("teacher")
    parser.add_argument("data", type=Path)
    parser.add_argument("--layers", type=int, default=3, help="of the student")
    parser.add_argument("--windows", type=int, default=512)
    parser.add_argument("--batch-size", type=int, default=32)
    arguments = parser.parse_args()
    teacher = load_model(arguments.teacher, EngineOptions(dtype="float32"))
    windows = cut(teacher, arguments.data, arguments.windows)
    sizes = (arguments.layers, arguments.batch_size)
    paces = [measure(teacher, windows, *sizes) for measure in (measure_ours, measure_haystacks)]
    updates = -(-len(windows) // arguments.batch_size)
    tokens = sum(len(window.token_ids) for window in windows) / len(windows)
    print(f"{len(windows)} windows of {tokens:.0f} tokens, on {teacher.hardware.device_name}")
    print(f"{'':12}{'once, s':>14}{'an update, s':>16}{f'{EPOCHS} epochs, min':>20}")
    for pace in paces:
        print(pace.row(updates))
    per_window = [EPOCHS * pace.update / arguments.batch_size for pace in paces]
    overall = per_window[1] / (per_window[0] + paces[0].once / len(windows))
    faster = paces[1].update / paces[0].update
    print(f"ours is faster: {faster:.2f} times by the update, {overall:.2f} times over all")


if __name__ == "__main__":
    main()
