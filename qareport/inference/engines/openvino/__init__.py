"""Models run by OpenVINO on CPUs; only this room imports openvino and nncf."""
