"""Named results: read from outputs, recorded, compared within tolerance. Pure."""
