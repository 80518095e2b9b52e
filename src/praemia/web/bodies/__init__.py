"""The bodies the API reads, as strict pydantic models. They know the wire, not the rooms; web/api turns them into commands."""
