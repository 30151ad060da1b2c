"""The draft of a petition with its evidence, in Kazakh and in Russian: plain values in, one PDF out."""
