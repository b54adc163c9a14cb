"""A study's folder: its settings, its tables, where it lies, and what a run takes from it."""
