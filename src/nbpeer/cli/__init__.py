"""argv to command to exit code; with the git filter's own short main, the only place that prints."""
