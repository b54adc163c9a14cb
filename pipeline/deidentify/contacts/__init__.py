"""What leads to a person directly: phones, documents, e-mail, user names, addresses."""
