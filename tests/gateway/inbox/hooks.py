"""A receiver's path with an endpoint of a bank, as the tests of deliveries speak of it."""

import uuid

from tests.gateway.inbox.world import until


class Hook:
    """What is sent to this path is its own: no other endpoint asks for its type of event."""

    def __init__(self, receiver, caller):
        self.receiver, self.caller = receiver, caller
        self.path = f"/{uuid.uuid4().hex}"
        self.type = f"case-{uuid.uuid4().hex[:8]}.moved.v1"  # so that only this endpoint gets it
        self.endpoint = None

    async def open(self, *, service="finance", **behaviour):
        if behaviour:
            self.receiver.behave(self.path, **behaviour)
        types = [f"{service}.{self.type}"]
        body = {"url": self.receiver.url(self.path), "event_types": types}
        reply = await self.caller.post("/webhook-endpoints", json=body)
        assert reply.status_code == 201, reply.text
        self.endpoint = reply.json()
        await self.learn_secrets()
        return self

    @property
    def address(self):
        return f"/webhook-endpoints/{self.endpoint['id']}"

    async def learn_secrets(self, *, only=None):
        items = (await self.caller.get(f"{self.address}/secrets")).json()["items"]
        known = [item["secret"] for item in items]
        self.receiver.knows(self.path, *(known if only is None else [known[only]]))
        return known

    async def read(self):
        self.endpoint = (await self.caller.get(self.address)).json()
        return self.endpoint

    async def act(self, action, **body):
        version = (await self.read())["version"]
        path = f"{self.address}/actions/{action}"
        reply = await self.caller.post(path, version=version, **({"json": body} if body else {}))
        assert reply.status_code in (200, 202), reply.text
        return reply.json()

    async def deliveries(self, **params):
        return (await self.caller.get(f"{self.address}/deliveries", params=params)).json()["items"]

    async def outcome(self, event_id, state):
        """The delivery of an event once it is in a state."""

        async def ask():
            found = await self.deliveries(event_id=str(event_id))
            return next((d for d in found if d["state"] == state), None)

        return await until(ask, f"the delivery to be {state}")
