"""Towns, regions, countries and what stands around their names."""
