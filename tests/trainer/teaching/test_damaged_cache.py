"""A cache that is torn, changed or another's is noticed and computed anew."""

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qareport.errors import OutputError
from tests.answering_builders import MODEL_IDENTITY
from tests.repository import ROOT
from tests.trainer.teaching.cache_builders import (
    place_logits,
    place_teacher,
    training_window,
    windows_of_two_parts,
)
from trainer.teaching.cache import TeacherCache, open_or_build
from trainer.teaching.layout import PART_WINDOWS
from trainer.windows import TrainingWindow

WINDOWS = [training_window("a#0", [1, 2, 3]), training_window("a#1", [4])]
RECORD = "cache.json"
PART = "logits-00000.f16"
KILLED_BUILD = f"""
import os, signal, sys
from pathlib import Path
from tests.trainer.teaching.cache_builders import place_teacher, windows_of_two_parts
from trainer.teaching.cache import open_or_build

computed = 0

def die_in_the_second_part(count):
    global computed
    computed += count
    if computed > {PART_WINDOWS}:
        os.kill(os.getpid(), signal.SIGKILL)

open_or_build(
    Path(sys.argv[1]), place_teacher(), windows_of_two_parts(), watch=die_in_the_second_part
)
"""


def _truncate(folder: Path) -> None:
    (folder / PART).write_bytes((folder / PART).read_bytes()[:-1])


def _lengthen(folder: Path) -> None:
    (folder / PART).write_bytes((folder / PART).read_bytes() + b"\0")


def _flip_a_bit(folder: Path) -> None:
    content = bytearray((folder / PART).read_bytes())
    content[5] ^= 1
    (folder / PART).write_bytes(content)


def _delete(folder: Path) -> None:
    (folder / PART).unlink()


def _change_the_rounding(folder: Path) -> None:
    text = (folder / RECORD).read_text()
    (folder / RECORD).write_text(text.replace('"largest_rounding": 0.', '"largest_rounding": 1.'))


DAMAGES = (_truncate, _lengthen, _flip_a_bit, _delete, _change_the_rounding)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_a_damaged_part_is_computed_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    built = open_or_build(tmp_path, place_teacher(), WINDOWS)
    damage(tmp_path)

    cache = open_or_build(tmp_path, place_teacher(), WINDOWS)

    _check_logits(cache, WINDOWS)
    assert cache.largest_rounding == built.largest_rounding
    assert cache.computed_windows == len(WINDOWS)
    assert _messages(cache) == [f"{tmp_path / PART}: it is torn or changed, so it is computed anew"]
    assert open_or_build(tmp_path, place_teacher(), WINDOWS).findings == ()


def test_whole_parts_beside_a_damaged_one_stay(tmp_path: Path) -> None:
    windows = windows_of_two_parts()
    open_or_build(tmp_path, place_teacher(), windows)
    _truncate(tmp_path)

    cache = open_or_build(tmp_path, place_teacher(), windows)

    _check_logits(cache, windows)
    assert cache.computed_windows == PART_WINDOWS


def test_parts_that_were_swapped_are_computed_anew(tmp_path: Path) -> None:
    windows = windows_of_two_parts()
    open_or_build(tmp_path, place_teacher(), windows)
    (tmp_path / PART).replace(tmp_path / "spare")
    (tmp_path / "logits-00001.f16").replace(tmp_path / PART)
    (tmp_path / "spare").replace(tmp_path / "logits-00001.f16")

    cache = open_or_build(tmp_path, place_teacher(), windows)

    _check_logits(cache, windows)
    assert cache.computed_windows == len(windows)


def test_logits_without_a_record_are_computed_anew(tmp_path: Path) -> None:
    open_or_build(tmp_path, place_teacher(), WINDOWS)
    (tmp_path / RECORD).unlink()

    cache = open_or_build(tmp_path, place_teacher(), WINDOWS)

    _check_logits(cache, WINDOWS)
    message = (
        "cache.json cannot be read (No such file or directory), so all logits are computed anew"
    )
    assert _messages(cache) == [f"{tmp_path}: {message}"]


@pytest.mark.parametrize(
    ("content", "cause"),
    [("", "the whole file: Invalid JSON"), ('{"parts": {}}', "key: Field required")],
)
def test_a_torn_record_is_written_anew(tmp_path: Path, content: str, cause: str) -> None:
    open_or_build(tmp_path, place_teacher(), WINDOWS)
    (tmp_path / RECORD).write_text(content)

    cache = open_or_build(tmp_path, place_teacher(), WINDOWS)

    _check_logits(cache, WINDOWS)
    assert _messages(cache)[0].startswith(f"{tmp_path}: cache.json is damaged ({cause}")


def test_no_changed_byte_of_the_record_changes_the_result(tmp_path: Path) -> None:
    built = open_or_build(tmp_path, place_teacher(), WINDOWS)
    record = (tmp_path / RECORD).read_bytes()

    for index in range(0, len(record), 11):
        flipped = bytearray(record)
        flipped[index] ^= 1
        (tmp_path / RECORD).write_bytes(flipped)
        cache = open_or_build(tmp_path, place_teacher(), WINDOWS)
        _check_logits(cache, WINDOWS)
        assert cache.largest_rounding == built.largest_rounding
        assert (tmp_path / RECORD).read_bytes() in (record, flipped)


def test_a_cache_of_another_teacher_gives_way(tmp_path: Path) -> None:
    identity = replace(MODEL_IDENTITY, weights_sha256="other")
    open_or_build(tmp_path, replace(place_teacher(), identity=identity), WINDOWS)

    cache = open_or_build(tmp_path, place_teacher(), WINDOWS)

    assert cache.computed_windows == len(WINDOWS)
    message = "it was made with other weights_sha256, so all logits are computed anew"
    assert _messages(cache) == [f"{tmp_path}: {message}"]


def test_a_cache_of_other_windows_and_length_gives_way(tmp_path: Path) -> None:
    open_or_build(tmp_path, place_teacher(), windows_of_two_parts(), length=2)

    cache = open_or_build(tmp_path, place_teacher(), WINDOWS)

    _check_logits(cache, WINDOWS)
    message = (
        "it was made with other windows_sha256, padded_length, so all logits are computed anew"
    )
    assert _messages(cache) == [f"{tmp_path}: {message}"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [RECORD, PART]


@pytest.mark.slow
def test_a_killed_build_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    windows = windows_of_two_parts()
    build = subprocess.run([sys.executable, "-c", KILLED_BUILD, tmp_path], cwd=ROOT, check=False)

    cache = open_or_build(tmp_path, place_teacher(), windows)

    assert build.returncode == -signal.SIGKILL
    _check_logits(cache, windows)
    assert cache.computed_windows == 1
    assert _messages(cache) == [f"{tmp_path}: building it stopped after 1 of 2 parts, and resumes"]


def test_what_a_kill_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    open_or_build(tmp_path, place_teacher(), WINDOWS)
    (tmp_path / ".logits-00001.f16.x1y2.part").write_bytes(b"half")

    cache = open_or_build(tmp_path, place_teacher(), WINDOWS)

    assert cache.computed_windows == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [RECORD, PART]


def test_what_cannot_be_cleared_away_is_reported(tmp_path: Path) -> None:
    (tmp_path / "logits-00007.f16").mkdir()

    with pytest.raises(OutputError, match=r"cannot be cleared \((Is a directory|.*permitted)\)$"):
        open_or_build(tmp_path, place_teacher(), WINDOWS)


def _check_logits(cache: TeacherCache, windows: Sequence[TrainingWindow]) -> None:
    found = cache.logits.logits_of([window.id for window in windows])
    expected = np.concatenate([place_logits(window) for window in windows])
    assert np.array_equal(np.concatenate(found), expected)


def _messages(cache: TeacherCache) -> list[str]:
    return [f"{finding.location}: {finding.message}" for finding in cache.findings]
