"""Charts as SVG, drawn on the server: pure functions of figures, coloured by the page's style."""
