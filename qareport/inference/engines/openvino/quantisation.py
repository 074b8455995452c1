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
"""Identifies the way in which weights are rounded; another way needs another name."""
CALIBRATED_RECIPE = "scales of inputs from windows, smoothed, without correction of biases"
"""The same for calibrated models."""

nncf.set_log_level(logging.ERROR)

Inputs = Sequence[Int64[np.ndarray, "window token"]]
"""The inputs of a model, in its order."""


def quantise(model: ov.Model) -> ov.Model:
    """The model with weights in 8 bits; needs no data, and the result is always the same.

    Inputs of the layers are rounded at run time, by scales that are computed then.
    """
    # Its progress bars would be mixed with our results.
    with redirect_stdout(sys.stderr):
        quantised: ov.Model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_SYM)
    return quantised


def calibrate(model: ov.Model, windows: Sequence[Inputs]) -> ov.Model:
    """The model with weights and inputs of layers in 8 bits, by scales calibrated on the windows.

    The same windows always give the same model. Biases are not corrected: on SQuAD that took
    longer, and answers were not closer to those in float32.
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
