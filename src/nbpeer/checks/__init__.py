"""What a good analysis is, made checkable: rules, one file a group; `rules.py` lists them all."""
