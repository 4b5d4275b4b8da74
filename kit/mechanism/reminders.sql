-- For which last day the party whose answer is awaited was reminded (kit.cases.reminding).
ALTER TABLE case_deadlines ADD COLUMN reminded_for DATE;
