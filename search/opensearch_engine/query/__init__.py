"""A plan → searches of the cluster → hits and counts.

searching  an open index: puts these together        finding   a plan → its two tiers
matching   a condition → a query that finds          scoring   a plan → a query that scores
weighing   what words weigh in an index              counting  how many documents there are, remembered
tiers      a page of one tier                        facets    counts of values
asking     searches within the time that is left     repeated_links  links that return, as one hit
relaxing   which documents hold most of the words
"""
