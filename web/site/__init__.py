"""The site itself, whoever asks.

routes      where views answer                         addresses   where things are
entries     an entry by its id, and what is gone       files_beside  files that an issue names by their place
parameters  a search in an address                     query_string  parameters as people write them
paging      pages of a listing                         misses      searches that found nothing
searches    all searches, for a report                 noting      what is noted of one
leases      the generation that an answer is made from     accent   the owner's colour, readable
as_json     results as dictionaries                    json_bytes  JSON as it goes over the wire
entry_lines  entries as lines of JSON
"""
