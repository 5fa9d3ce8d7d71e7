"""Complaints: where they stand (`automation.models.complaint`), what moves them (`subscribers`), who is told
(`telling`), what a ticket shows of it (`views`), and the procedure in the settings (`settings_views`)."""
