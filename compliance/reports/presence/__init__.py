"""What hangs on the wall and lies on the table at a session, for print: plain values in, one PDF out."""
