"""Withdrawal: a person, or the whole study, is taken out of everything that the study's folder holds."""
