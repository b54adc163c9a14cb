"""How good the results are: against references, and by reading a sample."""
