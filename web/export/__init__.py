"""The archive as a site of files, for a host that serves nothing else.

export   the files, in order                         pages      pages of the application, rendered without a server
lean     pages without what says nothing             encoding   numbers, JSON and deflated bytes
output   the folder: only what differs is written    addresses  where the pages lie, and how they lead to each other

What `web/static/files-query.js` searches:

search_files  the files, and what is in them         postings   terms of all documents, as a browser ranks by them
shards        postings in files of about one size    names      other names of words
heads         what is shown of first hits            spellings  words by pinyin, and Latin words
figures       of the ranking and the page
"""
