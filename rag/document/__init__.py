"""From the text of the guidelines to items, and the catalog that answers by structure."""
