"""Pages, JSON API and the command line; puts `search` and `indexer` together.

app      the web application                          errors  everything that goes wrong, as an answer
pages    for readers                                  api     for programs
feeds    for feed readers, browsers and crawlers      words   what readers are told, in their language
site     addresses, parameters, what is served        http    headers, proxies, compression, limits
server   the processes that answer                    export  the site as files, without a server
cli      the command line
templates, static, locale
"""
