"""`make run`: the whole desk on one machine, from nothing to a printed address, and down again by Ctrl-C.

`preparation` brings database, files and demo data up to date. `programs` are the parts that then run:
pages and sockets, jobs, clock, mail gateway. `parts` runs them as processes forked from this one, which has
loaded Django once for all; `supervisor` watches them, shows their warnings and ends them together.
"""
