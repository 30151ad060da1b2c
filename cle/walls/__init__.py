"""The second wall: which rows PostgreSQL itself lets the web role see and write, whatever a query forgot."""
