"""Parenteral nutrition as work: from the order and the site's profile to the bag, its lipid, its steps and its check."""
