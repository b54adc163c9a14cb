"""Write release/: the only place that anonymised text leaves by."""
