"""Cases (办件): one header row, one form, one timeline, whatever the matter.

context.py  what an effect may touch     service.py  create, edit, act, view
store.py    every query                  routes.py   the HTTP face that each service mounts
"""
