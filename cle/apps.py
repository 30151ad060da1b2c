from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CleConfig(AppConfig):
    name = "cle"

    def ready(self) -> None:
        from cle.checks import register_checks
        from cle.walls.build import after_migrating

        register_checks()
        # No signal of a model: the end of a migration, the only moment at which there are new tables.
        post_migrate.connect(after_migrating, dispatch_uid="walls")
