"""Confidential interviews to anonymised, coding-ready transcripts."""
