"""Find what identifies a person, and say what stands in its place."""
