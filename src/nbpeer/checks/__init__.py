"""What a machine can check of an analysis: one file a group of rules; a rule's docstring is its page."""
