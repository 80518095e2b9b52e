"""Pure arithmetic of orders: what of the goods is kept, and which points that leaves."""
