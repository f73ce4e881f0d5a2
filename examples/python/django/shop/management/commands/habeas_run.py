"""What a cron job calls: asks the data holders, sends what is due, finishes what waits."""
from typing import Any

import habeas
from django.core.management.base import BaseCommand
from shop import privacy


class Command(BaseCommand):
    """manage.py habeas_run [--smtp HOST]"""

    help = "Asks the data holders, sends what is due (HABEAS_SMTP_USER, HABEAS_SMTP_PASSWORD), finishes what waits."

    def add_arguments(self, parser: Any) -> None:
        """--smtp"""
        parser.add_argument("--smtp", metavar="HOST")

    def handle(self, *args: Any, **options: Any) -> None:
        """One round."""
        store = privacy.store()
        report = store.holders.run()
        self.stdout.write(f"holders: {report['calls']} calls, {report['failed']} failed")
        store.campaigns.run()
        if options["smtp"]:
            sent = store.outbox.send(habeas.gateways.Smtp(options["smtp"]))
            self.stdout.write(f"mail: {sent['sent']} sent, {sent['failed']} failed")
        store.tick()
