"""Find the tracks of a recording, decode them once, read the roster."""
