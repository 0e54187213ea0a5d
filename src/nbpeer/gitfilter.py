"""git's filter as a program: `nbpeer-filter`, or `python -I -S /path/to/nbpeer/gitfilter.py`, which starts faster.

The latter skips `site`, and is compiled anew at every start: all that it does stands in `filtering`.
"""

import sys

if __name__ == "__main__":  # under -I -S nothing but the standard library is on the path
    sys.path.insert(0, __file__.replace("\\", "/").rsplit("/", 2)[0])

from nbpeer.filtering import main, parse, run

__all__ = ["main", "parse", "run"]

if __name__ == "__main__":
    main()
