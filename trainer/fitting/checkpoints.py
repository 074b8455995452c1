"""Marks checkpoints as complete, and finds the one from which training resumes."""

import json
import re
import shutil
from pathlib import Path

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR
from typing_extensions import override

from qareport.data.files import write_text
from qareport.data.readers.json_file import read_json
from trainer.errors import TrainingError
from trainer.processes import processes

STATE = "trainer_state.json"
"""Trainer's own name of it."""
SEAL = "sealed.json"
"""Sizes of all files of a checkpoint; it is written after them."""


_NAME = re.compile(rf"{PREFIX_CHECKPOINT_DIR}-[0-9]{{1,18}}")


class SealCheckpoints(TrainerCallback):
    """Seals each checkpoint when every process has written its part of it."""

    @override
    def on_save(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: object,
    ) -> None:
        processes().wait_for_everyone()
        if state.is_world_process_zero:
            seal(checkpoint_path(Path(str(args.output_dir)), state.global_step))


def checkpoint_path(folder: Path, update: int) -> Path:
    """The folder of the checkpoint of an update."""
    return folder / f"{PREFIX_CHECKPOINT_DIR}-{update}"


def seal(checkpoint: Path) -> None:
    """Marks a checkpoint as whole.

    Raises:
        OutputError: the disk is full.
    """
    write_text(checkpoint / SEAL, json.dumps(_sizes(checkpoint), indent=2) + "\n")


def last_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint of a folder; torn ones are removed."""
    paths = folder.glob(f"{PREFIX_CHECKPOINT_DIR}-*")
    # What is named otherwise is somebody else's.
    found = sorted((path for path in paths if _NAME.fullmatch(path.name)), key=_update)
    whole = [checkpoint for checkpoint in found if is_whole(checkpoint)]
    for checkpoint in found:
        if checkpoint not in whole and checkpoint.is_dir():
            shutil.rmtree(checkpoint)
    return whole[-1] if whole else None


def is_whole(checkpoint: Path) -> bool:
    """Whether a checkpoint is sealed and all its files have the sizes in its seal."""
    try:
        sealed = read_json(checkpoint / SEAL, refusal=TrainingError)
    except TrainingError:
        return False
    return bool(sealed == _sizes(checkpoint))


def is_end(checkpoint: Path) -> bool:
    """Whether training was to stop there: all updates are made, or patience has run out.

    Raises:
        TrainingError: the checkpoint does not say so.
    """
    value = read_json(checkpoint / STATE, refusal=TrainingError)
    for key in ("stateful_callbacks", TrainerControl.__name__, "args", "should_training_stop"):
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, bool):
        raise TrainingError(
            f"{checkpoint / STATE}: does not say whether training had ended there; "
            f"delete {checkpoint} to go on from the checkpoint before"
        )
    return value


def _update(checkpoint: Path) -> int:
    return int(checkpoint.name.removeprefix(f"{PREFIX_CHECKPOINT_DIR}-"))


def _sizes(checkpoint: Path) -> dict[str, int]:
    files = sorted(path for path in checkpoint.rglob("*") if path.is_file() and path.name != SEAL)
    return {str(path.relative_to(checkpoint)): path.stat().st_size for path in files}
