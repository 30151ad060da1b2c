import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cle.settings")

application = get_wsgi_application()


def _say_what_is_wrong() -> None:
    """Mistakes in the settings, into the log of each start: who serves the site has not run `manage.py check`.

    A site with a mistake serves all the same: most of it works.
    """
    from cle.checks import check_settings

    for said in check_settings():
        logging.getLogger(__name__).log(said.level, "%s %s %s", said.id, said.msg, said.hint)


_say_what_is_wrong()
