"""Runs models by torch, as they are, compiled or in 8 bits, by OpenVINO and by ONNX Runtime."""
