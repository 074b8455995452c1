"""A model of OpenVINO to one whose weights have 8 bits."""

import logging
import sys
from contextlib import redirect_stdout

import nncf
import openvino as ov

RECIPE = "a scale for each output, without zero points"
"""Names how weights are rounded; another way needs another name."""

nncf.set_log_level(logging.ERROR)


def quantise(model: ov.Model) -> ov.Model:
    """The model with weights in 8 bits; needs no data, and always gives the same one."""
    # Its bars of progress would stand among our results.
    with redirect_stdout(sys.stderr):
        quantised: ov.Model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_SYM)
    return quantised
