"""What nothing says is harmless: after the search every word is masked, settled, or open."""
