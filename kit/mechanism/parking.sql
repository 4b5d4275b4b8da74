-- What could not be done is set aside and kept, so that it stops nothing else (kit.parking, kit.cases.sweep).
CREATE TABLE parked_events (
  id UUID PRIMARY KEY,
  consumer TEXT NOT NULL,
  event_id UUID NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  body JSONB NOT NULL,
  error TEXT NOT NULL,
  tries INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('parked', 'done', 'given_up')),
  parked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  settled_at TIMESTAMP WITH TIME ZONE,
  settled_by TEXT,
  reason TEXT,
  UNIQUE (consumer, event_id),
  CHECK ((state = 'parked') = (settled_at IS NULL))
);
CREATE INDEX ix_parked_events_open ON parked_events (consumer, subject) WHERE state = 'parked';
ALTER TABLE case_deadlines
  ADD COLUMN failures INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN retry_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN error TEXT;
