"""Runs the command line for `python -m qareport`."""

from qareport.cli.app import main

if __name__ == "__main__":
    main()
