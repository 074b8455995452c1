"""What an analysis finds is in its fields, so that nothing printed is missing from the JSON."""

from dataclasses import is_dataclass
from importlib import import_module
from pkgutil import iter_modules

from qareport.analysis import statistics

RESULTS = [
    value
    for module in iter_modules(statistics.__path__, f"{statistics.__name__}.")
    for value in vars(import_module(module.name)).values()
    if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.name
]


def test_the_results_are_found() -> None:
    assert len(RESULTS) > 30


def test_every_figure_of_a_result_is_a_field_since_json_leaves_properties_out() -> None:
    properties = [
        f"{result.__name__}.{name}"
        for result in RESULTS
        for name, value in vars(result).items()
        if isinstance(value, property)
    ]

    assert properties == []
