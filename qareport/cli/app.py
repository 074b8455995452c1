"""Arguments to a command, errors to a sentence and an exit code."""

import sys
from importlib.metadata import entry_points

import typer

from qareport.cli.doctor import doctor
from qareport.cli.evaluate import evaluate
from qareport.cli.ask import ask
from qareport.cli.score import score
from qareport.errors import QareportError

COMMAND_GROUP = "qareport.commands"
