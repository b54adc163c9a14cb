"""What people decided: the log of every act, sign-offs, and what of an interview is released by them."""
