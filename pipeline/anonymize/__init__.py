"""Transcripts that exist already: hidden as interviews are, each file given back in its own format."""
