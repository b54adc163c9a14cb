"""Names of people: found, taken apart, and told who is who."""
