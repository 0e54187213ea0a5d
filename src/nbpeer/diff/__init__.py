"""Two notebooks compared: cells aligned, changes described. Pure."""
