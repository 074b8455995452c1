"""Reports the progress of a fitting, and measures its time over all restarts."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from typing_extensions import override

SECONDS = "seconds"
"""Key of a log entry: seconds of training before it, those before a restart among them."""


@dataclass(frozen=True, slots=True)
class UpdateProgress:
    """Updates that are done, out of all."""

    updates: int
    of: int


OnUpdate = Callable[[UpdateProgress], None]
"""Called after every update."""


@dataclass
class ReportProgress(TrainerCallback):
    """Calls `watch` after every update."""

    watch: OnUpdate

    @override
    def on_step_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: object,
    ) -> None:
        self.watch(UpdateProgress(state.global_step, state.max_steps))


@dataclass
class Clock(TrainerCallback):
    """Measures seconds of training, from the last log entry that a checkpoint kept."""

    seconds_before: float = 0.0
    started: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Seconds of this run, and of those that it resumed."""
        return self.seconds_before + time.perf_counter() - self.started

    def go_on_from(self, log: Sequence[Mapping[str, float]]) -> None:
        """Starts from the seconds in the log."""
        self.started = time.perf_counter()
        self.seconds_before = max((entry.get(SECONDS, 0.0) for entry in log), default=0.0)

    @override
    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: object,
    ) -> None:
        self.go_on_from(state.log_history)
