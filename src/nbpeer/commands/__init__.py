"""One verb, one file: plain arguments in, a typed value out. The command line and JupyterLab call the same function."""
