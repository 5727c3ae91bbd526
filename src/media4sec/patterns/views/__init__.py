"""The room's pages: each finds, calls one service, and renders."""
