"""The registries that features hang their jobs and subscriptions on."""

from kit.inbox import Inbox
from kit.jobs import Jobs

jobs = Jobs("carriers")
inbox = Inbox("carriers")
