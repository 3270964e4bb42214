"""Other linkers, in an environment of their own: their scripts import nothing of this project."""
