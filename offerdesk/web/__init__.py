"""The desk on the web: pages and a REST API, imported by ``offerdesk serve`` alone."""
