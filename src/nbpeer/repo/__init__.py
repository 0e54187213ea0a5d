"""The user's repository: git (owns GitPython), and the files nbpeer keeps in it."""
