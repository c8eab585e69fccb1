"""What somebody reads who types `campfire-sync` and nothing else."""

WELCOME = """\
campfire-sync brings the customers of Campfire into line with a sheet of edits.

Three things to do next:

  1. Do everything in the browser; without an account, with made-up customers:
       campfire-sync app

  2. Check a sheet of your own. Nothing is sent, no key is needed:
       campfire-sync check edits.xlsx

  3. Get your customers as a sheet that is ready to edit. This needs an API key
     (campfire-sync key set); with --sandbox they are made-up ones:
       campfire-sync export customers.xlsx

All commands: campfire-sync --help"""
