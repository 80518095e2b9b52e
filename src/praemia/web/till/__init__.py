"""The till: pages for a cashier at a counter, and what a terminal without a network exchanges with them."""
