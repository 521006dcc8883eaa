"""What pages show, as frozen values built from folded states. No HTML, no HTTP, no decision."""
