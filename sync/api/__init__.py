"""The API: one request, its pace, its retries, its pages. The only room that knows HTTP."""
