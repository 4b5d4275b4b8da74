"""The registries that the gateway's rooms hang their jobs and subscriptions on."""

from kit.inbox import Inbox
from kit.jobs import Jobs

jobs = Jobs("gateway")
inbox = Inbox("gateway")
