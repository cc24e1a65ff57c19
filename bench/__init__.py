"""How fast Offerdesk decides, beside its targets and beside other rule engines."""
