"""`python -m benchmarks [DIR] [--rounds N]`: every benchmark over the notebooks in DIR, one after the other."""

from __future__ import annotations

import sys

from benchmarks import check, gitadd, strip

if __name__ == "__main__":
    sys.exit(max([benchmark.main(sys.argv[1:]) for benchmark in (strip, gitadd, check)]))
