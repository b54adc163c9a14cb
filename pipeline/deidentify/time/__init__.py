"""Dates, days of birth and ages."""
