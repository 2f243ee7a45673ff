"""`python -m atpilots`."""

from atpilots.cli import main

raise SystemExit(main())
