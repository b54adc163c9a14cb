"""Who takes part: participants and contacts, as tables that people keep."""
