"""Wiring: settings, addresses, the list of open rooms, the console command."""
