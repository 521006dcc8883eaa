"""What each printed document shows, and how it is arranged on paper. Kinds are named with their version."""
