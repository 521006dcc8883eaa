"""Published worked cases, one adapter a topic, and the command that counts right, wrong and not answered."""
