"""The processes that answer.

processes   forks them, and sees what they die of     worker         what each does: one request after the other
connection  one client                                line           who is next
gateway     bytes of HTTP ⇄ the site                  request_bytes  a request before it is parsed
one_process  where none can be forked
refusals    what the parser refuses                   black_box      what a process leaves when it dies
"""
