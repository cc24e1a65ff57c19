"""Where the data of a market come from, each source with its reader."""
