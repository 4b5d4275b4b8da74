"""Mechanism shared by the services and the gateway.

The kit knows how a request, a transaction, an event, a job, a workflow and a page form work. It knows
no business noun, no table that belongs to a service and no service's address.
"""
