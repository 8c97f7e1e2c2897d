"""Wiring: settings for each environment, addresses, the entry of the web server."""
