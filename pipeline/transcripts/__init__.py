"""Transcripts from elsewhere: one reader a format, told by content; all give turns with speakers and times."""
