"""The commands, one file each. Read first: run.py, which has the stages in order."""
