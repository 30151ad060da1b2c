#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cle.settings")
    from advocates.acting import account_of_process, acting

    with acting("command", address=account_of_process()):
        execute_from_command_line(sys.argv)
