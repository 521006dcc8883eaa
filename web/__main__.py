"""``python -m web``: the command line that the launcher ``./sufficit`` hands over to."""

from web.cli import main

main()
