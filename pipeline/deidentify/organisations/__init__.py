"""Universities, schools, workplaces, and roles that one person holds."""
