"""What is put in place of a finding: labels, coarser words, invented names; and the key back."""
