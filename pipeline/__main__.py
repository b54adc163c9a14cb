"""`python -m pipeline` and the `interviews` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, privately."""
    from pipeline import privacy

    privacy.harden()
    from pipeline.cli.main import command

    sys.exit(command(sys.argv[1:]))


if __name__ == "__main__":
    main()
