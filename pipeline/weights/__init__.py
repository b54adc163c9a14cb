"""Model weights: what is published, where they lie, how they get there, and in which form an engine reads them."""
