"""The command line in one of the processes of a launcher, which loses the second of them once.

    torchrun --nproc-per-node=2 -m tests.losing_worker FOLDER evaluate MODEL ...

Each process puts its id into FOLDER/RANK. When the first one is about to finish its third shard,
or checkpoint, it kills the second one; it lets those be that the launcher starts anew after that.
"""

import os
import signal
import sys
from pathlib import Path

from qareport.cli.app import main as run_command_line
from qareport.inference.distributed.launch import read_launch
from tests.launched_evaluations import Loss, arm


def main() -> None:
    """Runs what stands behind the folder."""
    folder, arguments = Path(sys.argv[1]), sys.argv[2:]
    rank = read_launch(os.environ).rank
    (folder / str(rank)).write_text(str(os.getpid()))
    if rank == 0 and os.environ["TORCHELASTIC_RESTART_COUNT"] == "0":
        arm(Loss(1, signal.SIGKILL), lambda lost: int((folder / str(lost)).read_text()))
    run_command_line(arguments)


if __name__ == "__main__":
    main()
