"""Wiring: settings, addresses, the list of open rooms, the console command."""

#: Exit code of a worker that finds a database older or newer than its code.
NOT_READY = 3
