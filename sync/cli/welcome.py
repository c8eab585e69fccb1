"""What somebody reads who types `campfire-sync` and nothing else."""

WELCOME = """\
campfire-sync brings the customers of Campfire into line with a spreadsheet of edits.

Three things to do next:

  1. Try it with made-up customers, without an account or a key:
       campfire-sync export customers.xlsx --sandbox
       (edit some cells, save)
       campfire-sync run customers.xlsx --dry-run --sandbox

  2. Check a sheet of your own. Nothing is sent, no key is needed:
       campfire-sync check edits.xlsx

  3. Get your customers as a sheet that is ready to edit. This needs an API key:
       campfire-sync export customers.xlsx

All commands: campfire-sync --help"""
