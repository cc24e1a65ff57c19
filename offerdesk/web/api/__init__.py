"""The REST API, a module for each thing that can be asked about."""
