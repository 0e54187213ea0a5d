"""`python -m benchmarks.rules [DIR]`: precision and recall by rule; with DIR shares of its notebooks."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.rules.evaluate import evaluated, shares, table

if __name__ == "__main__":
    print(table(evaluated()))
    if sys.argv[1:]:
        print(shares(Path(sys.argv[1])))
