"""Documents for feed readers, browsers and crawlers.

search_feed  any search as Atom                       discovery  OpenSearch, sitemap, robots.txt
issue_feed   the newest issues, whole
as_xml       answers in XML
"""
