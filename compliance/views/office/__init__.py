"""The pages of the bar office, one module for each kind of work."""
