"""The verbs of access: keys and tenants."""
