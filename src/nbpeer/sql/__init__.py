"""SQL as trees: texts read, definitions composed, compared and restricted to a window. Owns sqlglot."""
