"""Who could be recognised by what a release says."""
