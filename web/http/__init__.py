"""What every answer and every visitor has in common.

headers  caching by generation, CORS, security        compression  gzip
proxies  where the site stands as visitors see it     clients      who is at the other end
rate     how much one address may ask                 environ      what the server tells the site
counting  requests and their time, by all processes
"""
