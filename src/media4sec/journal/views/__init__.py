"""The journal's pages: each finds, calls one service, and renders."""
