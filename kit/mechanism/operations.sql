-- Who did what on the operations page, and old marks found without reading them all (kit.retention).
CREATE TABLE operator_actions (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  by_sub TEXT NOT NULL,
  by_name TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN
    ('retry_event', 'give_up_event', 'retry_job', 'give_up_job', 'send_again')),
  subject TEXT NOT NULL,
  reference TEXT NOT NULL,
  reason TEXT
);
CREATE INDEX ix_inbox_processed ON inbox USING brin (processed_at);
