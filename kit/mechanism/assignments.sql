-- Who of a department has a case on the desk. The history stands in the case's timeline. Frozen.

CREATE TABLE case_assignments (
  case_id UUID NOT NULL REFERENCES cases (id),
  department TEXT NOT NULL,
  officer_sub TEXT NOT NULL,
  officer_name TEXT NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (case_id, department)
);

CREATE INDEX ix_case_assignments_officer ON case_assignments (officer_sub, case_id);
