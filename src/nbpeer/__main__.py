"""`python -m nbpeer`."""

from nbpeer.cli.main import main

main()
