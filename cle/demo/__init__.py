"""A synthetic year of one national and twenty regional bars, written as the files that bars really keep.

Pure writers: no database and no clock. Everyone in them is invented, all mail addresses end in the
reserved ``.example`` domain, and the same seed gives the same bytes.
"""
