"""What everybody may read of a programme: its page with data for search engines, guide, terms, and sheets to print."""
