"""Execution of notebooks; owns papermill and nbclient."""
