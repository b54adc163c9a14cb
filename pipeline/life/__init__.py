"""After the release: consent withdrawn, words taken back, and the account for an ethics board."""
