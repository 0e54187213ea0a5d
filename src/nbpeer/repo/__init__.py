"""The user's repository: git, and the files nbpeer keeps in it."""
