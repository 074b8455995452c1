"""Runs models by ONNX Runtime on CPUs; only this package imports onnxruntime and onnx."""
