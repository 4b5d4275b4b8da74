-- Several files of one material: three photographs of one contract are one material.
DROP INDEX IF EXISTS ux_case_documents_current;
CREATE UNIQUE INDEX IF NOT EXISTS ux_case_documents_content ON case_documents (case_id, material, digest)
  WHERE replaced_at IS NULL;
