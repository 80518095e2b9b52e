"""Pure arithmetic of the ledger: the chart and the order in which lots are used."""
