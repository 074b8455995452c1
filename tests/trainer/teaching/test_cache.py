"""Teacher logits are computed once and found by window id."""

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForQuestionAnswering

from qareport.errors import ModelError, OutputError
from qareport.inference.loading.models import LoadedModel, load_model
from tests.answering_builders import FLOAT32
from tests.tiny_models import SENTENCES, build_tiny_model
from tests.trainer.teaching.cache_builders import (
    LARGE_ID,
    FilledEngine,
    PlaceEngine,
    place_logits,
    place_teacher,
    teacher_with,
    training_window,
    windows_of_two_parts,
)
from trainer.errors import CacheError
from trainer.teaching.cache import TeacherCache, cache_bytes, open_or_build
from trainer.teaching.cache_key import cache_key
from trainer.teaching.layout import PART_WINDOWS
from trainer.windows import TrainingWindow

WINDOWS = [
    training_window("a#0", [1, 2, 3]),
    training_window("a#1", [4]),
    training_window("b#0", [5, 6]),
]
BYTES = 4 * (3 + 1 + 2)
ROUNDING_ERROR = 1e-5
"""Between one float32 product and the same in a batch."""


def test_logits_are_found_by_id_in_the_order_of_the_ids(tmp_path: Path) -> None:
    cache = open_or_build(tmp_path, place_teacher(), WINDOWS)

    found = cache.logits.logits_of(["b#0", "a#0", "b#0"])

    for logits, window in zip(found, (WINDOWS[2], WINDOWS[0], WINDOWS[2]), strict=True):
        assert np.array_equal(logits, place_logits(window))


def test_padded_windows_have_logits_at_all_positions(tmp_path: Path) -> None:
    cache = open_or_build(tmp_path, place_teacher(), WINDOWS, length=4)

    for window in WINDOWS:
        expected = place_logits(window, length=4)
        assert np.array_equal(cache.logits.logits_of([window.id])[0], expected)


def test_windows_of_every_part_are_found(tmp_path: Path) -> None:
    windows = windows_of_two_parts()

    cache = open_or_build(tmp_path, place_teacher(), windows)

    found = cache.logits.logits_of([window.id for window in windows])
    expected = np.concatenate([place_logits(window) for window in windows])
    assert np.array_equal(np.concatenate(found), expected)


def test_an_unknown_window_is_an_error(tmp_path: Path) -> None:
    cache = open_or_build(tmp_path, place_teacher(), WINDOWS)

    with pytest.raises(CacheError) as caught:
        cache.logits.logits_of(["a#0", "a#2"])

    assert str(caught.value) == (
        f"{tmp_path}: no logits of window 'a#2'; train on the windows that the cache was built for"
    )


def test_the_teacher_computes_once(tmp_path: Path) -> None:
    engine = PlaceEngine()
    first = open_or_build(tmp_path, teacher_with(engine), WINDOWS)

    second = open_or_build(tmp_path, teacher_with(engine), WINDOWS)

    assert engine.batch_sizes == [3]
    assert (first.computed_windows, second.computed_windows) == (3, 0)
    assert first.findings == second.findings == ()


def test_the_record_states_key_and_largest_rounding(tmp_path: Path) -> None:
    built = open_or_build(tmp_path, place_teacher(), WINDOWS)

    opened = open_or_build(tmp_path, place_teacher(), WINDOWS)

    assert opened.key == built.key == cache_key(place_teacher(), WINDOWS)
    assert opened.largest_rounding == built.largest_rounding
    assert 0 < built.largest_rounding < 2**-10


def test_the_largest_rounding_is_that_of_all_parts(tmp_path: Path) -> None:
    windows = [training_window(str(number), [3]) for number in range(PART_WINDOWS)]

    cache = open_or_build(tmp_path, place_teacher(), [*windows, training_window("last", [100])])

    assert cache.largest_rounding == pytest.approx(33.34375 - 100 / 3, abs=1e-5)


def test_no_windows_need_nothing(tmp_path: Path) -> None:
    cache = open_or_build(tmp_path, place_teacher(), [])

    assert cache.logits.logits_of([]) == []
    assert cache.largest_rounding == 0


def test_the_callback_counts_every_window(tmp_path: Path) -> None:
    built: list[int] = []
    opened: list[int] = []
    windows = windows_of_two_parts()

    open_or_build(tmp_path, place_teacher(), windows, watch=built.append)
    open_or_build(tmp_path, place_teacher(), windows, watch=opened.append)

    assert sum(built) == sum(opened) == len(windows)


@pytest.mark.parametrize(("length", "size"), [(None, BYTES), (5, 4 * 3 * 5)])
def test_the_expected_size_is_the_size_written(
    tmp_path: Path, length: int | None, size: int
) -> None:
    open_or_build(tmp_path, place_teacher(), WINDOWS, length=length)

    written = sum(path.stat().st_size for path in tmp_path.glob("logits-*"))
    assert cache_bytes(WINDOWS, length=length) == written == size


def test_a_disk_that_is_too_small_is_reported_before_the_teacher_starts(tmp_path: Path) -> None:
    engine = PlaceEngine()

    with pytest.raises(CacheError) as caught:
        open_or_build(tmp_path, teacher_with(engine), WINDOWS, free_bytes=BYTES - 1)

    assert str(caught.value) == (
        f"{tmp_path}: the teacher's logits need 24 bytes and 23 are free; "
        "free some, or name a folder on another disk"
    )
    assert engine.batch_sizes == []


def test_a_disk_that_is_just_large_enough_will_do(tmp_path: Path) -> None:
    cache = open_or_build(tmp_path, place_teacher(), WINDOWS, free_bytes=BYTES)

    assert cache.computed_windows == len(WINDOWS)


def test_a_cache_that_gives_way_counts_as_free(tmp_path: Path) -> None:
    open_or_build(tmp_path, place_teacher(), WINDOWS)

    cache = open_or_build(tmp_path, place_teacher(), WINDOWS[::-1], free_bytes=0)

    assert cache.computed_windows == len(WINDOWS)


def test_a_cache_stays_if_there_is_no_room_for_the_next(tmp_path: Path) -> None:
    open_or_build(tmp_path, place_teacher(), WINDOWS)

    with pytest.raises(CacheError, match="need 48 bytes and 24 are free"):
        open_or_build(tmp_path, place_teacher(), WINDOWS, length=4, free_bytes=0)

    assert open_or_build(tmp_path, place_teacher(), WINDOWS).computed_windows == 0


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OutputError) as caught:
        open_or_build(tmp_path / "file" / "cache", place_teacher(), WINDOWS)

    assert str(caught.value) == f"{tmp_path}/file/cache: cannot be made (Not a directory)"


def test_a_broken_teacher_leaves_no_cache(tmp_path: Path) -> None:
    windows = [training_window("w", [LARGE_ID])]

    with pytest.raises(ModelError, match="window 'w' contain"):
        open_or_build(tmp_path, place_teacher(), windows)

    assert list(tmp_path.iterdir()) == []


def test_pickled_logits_leave_the_numbers_on_the_disk(tmp_path: Path) -> None:
    windows = [training_window("w", range(500))]
    logits = open_or_build(tmp_path, place_teacher(), windows).logits

    pickled = pickle.dumps(logits)

    assert len(pickled) < cache_bytes(windows) / 2
    copy = pickle.loads(pickled)  # noqa: S301 - pickled above
    assert np.array_equal(copy.logits_of(["w"])[0], place_logits(windows[0]))


def test_logits_cannot_be_overwritten(tmp_path: Path) -> None:
    logits = open_or_build(tmp_path, place_teacher(), WINDOWS).logits.logits_of(["a#0"])[0]

    with pytest.raises(ValueError, match="read-only"):
        logits[0] = 0


def test_masked_padding_stays_apart_from_tokens(tmp_path: Path) -> None:
    teacher = teacher_with(FilledEngine(token=1.0, padding=-float("inf")))

    cache = open_or_build(tmp_path, teacher, WINDOWS, length=3)

    assert cache.logits.logits_of(["b#0"])[0][:, 0].tolist() == [1.0, 1.0, -65504.0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model."""
    return build_tiny_model("bert", tmp_path_factory.mktemp("teacher"))


@pytest.fixture(scope="module")
def teacher(folder: Path) -> LoadedModel:
    """The tiny model, ready to answer."""
    return load_model(str(folder), FLOAT32)


def test_logits_of_a_real_teacher_are_those_of_each_window_alone(
    folder: Path, teacher: LoadedModel, tmp_path: Path
) -> None:
    windows = _sentence_windows(teacher)

    cache = open_or_build(tmp_path, teacher, windows)

    _check_against_direct_logits(cache, windows, folder, length=None)


def test_logits_of_a_padded_teacher_are_those_of_each_padded_window(
    folder: Path, teacher: LoadedModel, tmp_path: Path
) -> None:
    windows = _sentence_windows(teacher)

    cache = open_or_build(tmp_path, teacher, windows, length=96)

    _check_against_direct_logits(cache, windows, folder, length=96)


def _sentence_windows(teacher: LoadedModel) -> list[TrainingWindow]:
    tokens = teacher.tokenizer(list(SENTENCES))["input_ids"]
    return [training_window(f"{number}#0", ids) for number, ids in enumerate(tokens)]


def _check_against_direct_logits(
    cache: TeacherCache, windows: Sequence[TrainingWindow], folder: Path, *, length: int | None
) -> None:
    """Compares the logits, fetched last first, with those of transformers alone."""
    model = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    windows = windows[::-1]
    for window, logits in zip(
        windows, cache.logits.logits_of([window.id for window in windows]), strict=True
    ):
        missing = (length or len(window.token_ids)) - len(window.token_ids)
        ids = torch.from_numpy(np.pad(window.token_ids, (0, missing))).long()
        is_token = (torch.arange(len(ids)) < len(window.token_ids)).long()
        with torch.inference_mode():
            output = model(input_ids=ids[None], attention_mask=is_token[None])
        direct = torch.stack((output.start_logits[0], output.end_logits[0]), dim=1).numpy()
        largest = np.abs(logits.astype(np.float32) - direct).max()
        assert largest <= cache.largest_rounding + ROUNDING_ERROR
        assert cache.largest_rounding <= np.abs(direct).max() * 2**-10 + ROUNDING_ERROR
