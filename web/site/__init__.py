"""The site itself, whoever asks.

addresses  where things are                           parameters    a search in an address
paging     pages of a listing                         query_string  parameters as people write them
leases     the generation that an answer is made from misses        searches that found nothing
as_json    results as dictionaries                json_bytes    JSON as it goes over the wire
"""
