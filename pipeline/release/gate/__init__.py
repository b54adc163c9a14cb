"""The gate: what must not be in a release, in which spellings, and every byte searched for it."""
