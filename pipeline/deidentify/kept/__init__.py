"""What names nobody and stays: public figures, works, programmes, peoples, the words a study allows."""
