"""Words to speakers, speakers to roles, roles to turns."""
