"""From a lot, product, batch, hood, person or time to every preparation and patient; and from a label back to all of them."""
