"""Quantises a model of OpenVINO to 8 bits, with or without windows to calibrate by."""

import logging
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout

import nncf
import numpy as np
import openvino as ov
from jaxtyping import Int64
from nncf.quantization.advanced_parameters import AdvancedQuantizationParameters

RECIPE = "a scale for each output, without zero points"
"""Names how weights are rounded; another way needs another name."""
CALIBRATED_RECIPE = "scales of inputs from windows, smoothed, without correction of biases"
"""Likewise of a calibrated model."""

nncf.set_log_level(logging.ERROR)

Inputs = Sequence[Int64[np.ndarray, "window token"]]
"""What a model takes, in its order."""


def quantise(model: ov.Model) -> ov.Model:
    """The model with weights in 8 bits; needs no data, and always gives the same one.

    What meets the weights is rounded when it runs, by scales that are found anew.
    """
    # Its bars of progress would stand among our results.
    with redirect_stdout(sys.stderr):
        quantised: ov.Model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_SYM)
    return quantised


def calibrate(model: ov.Model, windows: Sequence[Inputs]) -> ov.Model:
    """The model with weights and what meets them in 8 bits, by scales that fit the windows.

    The same windows always give the same one. Biases are not corrected: on SQuAD that took longer
    and left answers no nearer to those in float32.
    """
    with redirect_stdout(sys.stderr):
        calibrated: ov.Model = nncf.quantize(
            model,
            nncf.Dataset(windows),
            preset=nncf.QuantizationPreset.MIXED,
            subset_size=len(windows),
            model_type=nncf.ModelType.TRANSFORMER,
            advanced_parameters=AdvancedQuantizationParameters(disable_bias_correction=True),
        )
    return calibrated
