"""``python -m bncore``: see `bncore.cli`."""

import sys

from bncore.cli import main

if __name__ == "__main__":
    sys.exit(main())
