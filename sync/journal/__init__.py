"""Every step of every run, on disk before it is acted on. The only room that knows SQL."""
