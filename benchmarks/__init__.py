"""nbpeer beside its peers, in one run: `make bench DIR=folder-of-notebooks`."""
