"""`python -m benchmarks [DIR] [--rounds N]`: strip, git add and check over the notebooks in DIR; then JupyterLab."""

from __future__ import annotations

import sys

from benchmarks import check, gitadd, lab, strip

if __name__ == "__main__":
    codes = [benchmark.main(sys.argv[1:]) for benchmark in (strip, gitadd, check)]
    sys.exit(max([*codes, lab.main([])]))
