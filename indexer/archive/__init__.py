"""An archive: a folder of issues, mostly a git checkout.

files       which files are issues                    file_names    what a file's name says
real_paths  opened without following a link           digest        whether an issue has to be read again
git         the only door to git                      git_settings  what a checkout may set
git_dates   the day on which each file entered git    patterns      which files the author leaves out
"""
