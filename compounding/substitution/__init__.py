"""What follows for orders when an alternative begins or ends."""
