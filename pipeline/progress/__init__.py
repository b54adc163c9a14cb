"""How a run goes on: what is done, how long the rest will take, and what the operator sees of it."""
