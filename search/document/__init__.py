"""An entry as fields to search and attributes to filter and count by.

fields          an entry as four texts
filters         THE table of filters                  filter_types    how the values of each type are read and compared
filtering       the attributes that filters look at   values          values as people type them
links           one address for each page             known_sites     addresses under which big sites show one page
repeated_links  entries that share a link are one result
issue_order     which issue is newer                  entry_records   what an index stores of them
stored          what makes an index of before stale
"""
