"""`python -m qareport` is `qareport`."""

from qareport.cli.app import main

if __name__ == "__main__":
    main()
