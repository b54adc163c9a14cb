"""`interviews audit`: what an ethics board and a journal's reviewer ask of a study, from what is on disk."""
