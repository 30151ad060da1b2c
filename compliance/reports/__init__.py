"""Tables to hand on: made of plain values, without the database."""
