"""The loop in the browser, on loopback. Thin: the same commands and the same journal as the command line."""
