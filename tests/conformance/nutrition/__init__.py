"""How the cases of parenteral nutrition are read and answered."""
