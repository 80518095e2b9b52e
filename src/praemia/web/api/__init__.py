"""The routes under /v1/programs/{program}: one module per thing a client deals with, each exporting its OPERATIONS."""
