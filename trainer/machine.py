"""Describes the machine and the software of a run."""

import importlib.util
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version

import psutil
import torch

from qareport.evaluation.training_json import Machine
from qareport.inference.engines.devices import describe_hardware
from trainer.processes import processes

PACKAGES = ("qareport", "accelerate", "datasets", "numpy", "tokenizers", "torch", "transformers")
KIBIBYTE = 1024


@dataclass
class EnergyMeter:
    """The energy of a run, as codecarbon estimates it."""

    kwh: float | None = None
    """None before the end, and where codecarbon is not installed."""


@contextmanager
def measuring_energy() -> Iterator[EnergyMeter]:
    """A meter that is filled when the block ends, where codecarbon is installed."""
    meter = EnergyMeter()
    if importlib.util.find_spec("codecarbon") is None:
        yield meter
        return
    from codecarbon import OfflineEmissionsTracker  # noqa: PLC0415 - an optional package

    # The country decides how much carbon a kilowatt-hour costs, and nothing that we keep.
    tracker = OfflineEmissionsTracker(country_iso_code="USA", save_to_file=False, log_level="error")
    tracker.start()
    try:
        yield meter
    finally:
        tracker.stop()
        # codecarbon keeps its failures to itself, and has no data after one.
        with suppress(AttributeError):
            meter.kwh = tracker.final_emissions_data.energy_consumed


def describe_machine(energy_kwh: float | None) -> Machine:
    """Device, processes and peak memory of this process."""
    state = processes()
    on_cuda = state.device.type == "cuda"
    return Machine(
        device=str(state.device),
        device_name=describe_hardware(state.device, "float32", batch_tokens=None).device_name,
        processes=state.num_processes,
        peak_memory_bytes=torch.cuda.max_memory_allocated() if on_cuda else _peak_memory(),
        energy_kwh=energy_kwh,
    )


def find_versions() -> Mapping[str, str]:
    """Versions of Python and of the packages that take part."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def find_git_commit() -> str | None:
    """Commit of the working folder, with a mark if files were changed; None without a checkout."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"],  # noqa: S607
            capture_output=True,
            check=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return described.stdout.strip()


def _peak_memory() -> int:
    """The most bytes of memory that this process took; what it takes now where nothing tells."""
    memory = psutil.Process().memory_info()
    if sys.platform == "win32":
        peak = memory.peak_wset
    else:
        try:
            import resource  # noqa: PLC0415 - not on every system
        except ImportError:
            return int(memory.rss)
        counted = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # macOS counts in bytes, Linux in kibibytes.
        peak = counted if sys.platform == "darwin" else counted * KIBIBYTE
    return int(peak)
