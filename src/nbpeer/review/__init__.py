"""Checklists by kind and tier, sign-offs, and the gate that binds them to content. Pure."""
