"""The commands, one file each. READ FIRST: run.py."""
