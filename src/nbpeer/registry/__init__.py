"""Metric definitions and decisions: ours, dbt's and Ossie's."""
