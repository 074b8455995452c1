"""Marks of tests that need what only some CPUs have."""

import pytest

from qareport.inference.engines.cpu_formats import VNNI, read_cpu
from qareport.inference.engines.int8 import products_are_exact
from qareport.inference.engines.openvino.engine import has_bfloat16

needs_bfloat16 = pytest.mark.skipif(
    not has_bfloat16(), reason="OpenVINO has no bfloat16 on this CPU"
)
needs_no_bfloat16 = pytest.mark.skipif(has_bfloat16(), reason="OpenVINO has bfloat16 on this CPU")
needs_exact_products = pytest.mark.skipif(
    read_cpu().lacks(VNNI.features) or not products_are_exact(),
    reason="the CPU has no VNNI, or oneDNN is kept from it, as CPU=avx2 does",
)
