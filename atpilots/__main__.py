"""`python -m atpilots`."""

try:
    from atpilots.cli import main
except KeyboardInterrupt:
    raise SystemExit("stopped; nothing was written") from None

raise SystemExit(main())
