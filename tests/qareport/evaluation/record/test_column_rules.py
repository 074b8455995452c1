"""Numbers of columns become arrays without pandas; missing ones break no rule about numbers."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from qareport.evaluation.record.column_rules import (
    FindRows,
    is_below,
    is_missing,
    is_nan,
    is_negative,
    is_no_share,
    is_none_of,
    is_not_finite,
    is_repeated,
    numbers_of,
)
from tests.report_builders import write_found

WHOLE = pa.array([3, 4, 5], pa.int32())


@pytest.mark.parametrize(
    ("column", "numbers"),
    [
        (WHOLE, [3, 4, 5]),
        (WHOLE[1:], [4, 5]),
        (WHOLE[:0], []),
        (pa.chunked_array([WHOLE[:1], WHOLE[2:]]), [3, 5]),
        (pa.chunked_array([], pa.int32()), []),
        (pa.array([0.5, math.inf]), [0.5, math.inf]),
    ],
)
def test_numbers_keep_their_order_and_type(column: pa.Array, numbers: list[float]) -> None:
    found = numbers_of(column)

    assert found.tolist() == numbers
    assert found.dtype == column.type.to_pandas_dtype()


def test_a_missing_number_is_nan() -> None:
    found = numbers_of(pa.chunked_array([[1, None], [2]]))

    np.testing.assert_array_equal(found, [1.0, math.nan, 2.0])


@pytest.mark.parametrize(
    ("rule", "cells", "broken"),
    [
        (is_missing, [1.0, None], [False, True]),
        (is_missing, [1.0, 2.0], [False, False]),
        (is_repeated, [1.0, 2.0, 1.0], [False, False, True]),
        (is_negative, [-1.0, None, 0.0], [True, False, False]),
        (is_nan, [math.nan, None, math.inf], [True, False, False]),
        (is_not_finite, [math.nan, None, -math.inf, 0.0], [True, False, True, False]),
        (
            is_no_share,
            [math.nan, None, 1.5, -0.5, 0.0, 1.0],
            [True, False, True, True, False, False],
        ),
        (is_below("other"), [1.0, None, 3.0], [True, False, False]),
        (is_none_of({"a"}), ["a", None, "b"], [False, False, True]),
    ],
)
def test_a_rule_finds_the_rows_that_break_it(
    rule: FindRows, cells: list[float | None], broken: list[bool]
) -> None:
    table = pa.table({"cell": cells, "other": [2.0] * len(cells)})

    assert rule(table, "cell").tolist() == broken


@pytest.mark.slow
def test_the_tables_of_a_record_are_read_without_pandas(tmp_path: Path) -> None:
    record = write_found(tmp_path)
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from qareport.evaluation.record.reader import read_record, read_record_candidates\n"
        f"read_record_candidates(read_record(Path({str(record)!r})))\n"
        "print('pandas' in sys.modules)"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "False\n"
