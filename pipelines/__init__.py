"""How market data comes in: sources, contracts, the steps of a refresh and their runners."""
