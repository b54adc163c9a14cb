"""Each kind of file of a release."""
