"""Files from the web: one address, one attempt, one cache; ``pipelines.fetch`` is the front."""
