"""The product's settings for processes that live in the year's time: their clock is the one in a file."""

from cle.settings import *  # noqa: F403
from tests.faults.clock import follow_the_file

follow_the_file()
