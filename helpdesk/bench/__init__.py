"""How fast and how big the desk is, measured on servers of its own over many tickets: `make bench`.

Every figure of a table comes from one run on one machine. Pages are compared with a bare signed-in view on the
same worker (`bare.py`), sockets with one Redis subscription that sends to all (`direct.py`), so that the ratios mean
the same on a slow machine as on a fast one.
"""
