"""What a person corrects in a dialogue before it is searched."""
