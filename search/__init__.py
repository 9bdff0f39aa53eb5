"""What can be found and how it is found. Knows neither Markdown nor HTTP."""
