"""The line beneath a quote: who a participant is, as far as a release says it."""
