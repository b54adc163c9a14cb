"""The review page: a person decides on every proposed redaction, corrects, and signs off."""
