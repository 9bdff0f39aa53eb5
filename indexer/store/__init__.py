"""The index on disk: generations that never change once they are published, and the pointer to the one that serves.

INDEX/CURRENT               name of the generation that serves
INDEX/LOCK                  lock of the one writer; says who
INDEX/UPDATED               what the last run did
INDEX/ACCEPTED              problems that are no news to `--strict`
INDEX/COPY_OF               where it is copied from, if it is a copy
INDEX/generations/000042/   MANIFEST.json, MANIFEST.sha256, index/ (the engine's files), texts/ (the issues' sources),
                            moved.json
INDEX/generations/.tmp-…    left by a run that was killed; the next one removes it

generations  publish, list, remove                    manifest  what a generation holds
lock         one writer at a time                     holding   generations in use stay
durable      writing that survives a power cut        opening   bytes checked, then the engine
following    serve the newest without a restart       canary    one question to an open index
deaths       processes that died of a generation      last_update  what the last run did
copies       the index of another host         accepted   problems that are known
moved        what became of issues that are no longer there
pointer      what serves, on this host and on those that share the engine alone
locking      locks as the system has them
"""
