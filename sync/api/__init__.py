"""The API: one request, its pace, its retries, its pages. The only room that knows HTTP.

Its modules, in the order in which they are read best:

    api             the way in: every request of a run passes here
    client          one request, and one Response
    response        what an answer means
    response_body   its bytes, bounded
    redact          never with the key
    pacing          the rate that all requests share
    clock           what time it is, whether the computer slept or not
    hiccups         a limit, or an API that is out of breath
    retry           when something is tried again
    stop_rules      when a run has had enough
    workers         rows for a few threads
    pages           which pages of the list to ask for
    transport       the connection,
    network         each request within its time,
    proxy           through which proxy,
    trust           with whose certificates
"""
