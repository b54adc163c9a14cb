"""What is known of the language: letters, endings, inflection, numbers as they are spoken."""
