"""Runs models by OpenVINO on CPUs; only this package imports openvino and nncf."""
