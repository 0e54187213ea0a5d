"""HTTP to command to JSON: the JupyterLab face; will own jupyter_server."""
