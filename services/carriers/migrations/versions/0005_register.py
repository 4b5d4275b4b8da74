"""The register of carriers for search: text, facets, distance; and the history of a carrier's profile.

Facet counts are kept, not counted: `carrier_counts` holds one cell for each combination of region (all
levels), type, tier, field and room, each also as "any" (''). A deferred trigger keeps them at commit, under
one advisory lock, so that two transactions can neither deadlock over cells nor hold them while they work.
"""

from alembic import op

from kit.migrations import run_script

revision = "0005"
down_revision = "0004"

SCRIPT = """
ALTER TABLE carriers
  ADD COLUMN lat DOUBLE PRECISION CHECK (lat BETWEEN -90 AND 90),
  ADD COLUMN lon DOUBLE PRECISION CHECK (lon BETWEEN -180 AND 180),
  ADD COLUMN fields TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN brands TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN spaces TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN site_origin TEXT,
  ADD COLUMN operator_type TEXT,
  ADD COLUMN jointly_built BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN workstation_area_m2 INTEGER CHECK (workstation_area_m2 >= 0),
  ADD COLUMN public_area_m2 INTEGER CHECK (public_area_m2 >= 0),
  ADD COLUMN boundary JSONB,
  ADD COLUMN bounds_zh TEXT,
  ADD COLUMN introduction TEXT,
  ADD COLUMN words TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN search_text TEXT NOT NULL DEFAULT '',
  ADD COLUMN pinyin TEXT NOT NULL DEFAULT '',
  ADD COLUMN initials TEXT NOT NULL DEFAULT '',
  ADD COLUMN name_length SMALLINT GENERATED ALWAYS AS (char_length(name)) STORED,
  ADD COLUMN city_code TEXT GENERATED ALWAYS AS (left(region_code, 4)) STORED,
  ADD COLUMN tokens TEXT[] GENERATED ALWAYS AS (
    words || brands || ARRAY['t:' || type, 'l:' || tier, 'f:' || coalesce(field, ''),
      'r:' || left(region_code, 2), 'r:' || left(region_code, 4), 'r:' || region_code]) STORED,
  ADD CHECK ((lat IS NULL) = (lon IS NULL)),
  ADD CHECK (coalesce(workstation_area_m2, 0) + coalesce(public_area_m2, 0) <= area_m2);

CREATE INDEX ix_carriers_tokens ON carriers USING gin (tokens) WITH (fastupdate = off);
CREATE INDEX ix_carriers_place ON carriers USING gist (point(lon, lat)) WHERE lat IS NOT NULL;
CREATE INDEX ix_carriers_fit ON carriers (name_length, id);
CREATE INDEX ix_carriers_type_tier ON carriers (type, tier, opened_on DESC, id DESC);
CREATE INDEX ix_carriers_city_type ON carriers (city_code, type, opened_on DESC, id DESC);
CREATE INDEX ix_carriers_county ON carriers (region_code, opened_on DESC, id DESC);
CREATE INDEX ix_carriers_tier ON carriers (tier, opened_on DESC, id DESC);
CREATE INDEX ix_carriers_field ON carriers (field, opened_on DESC, id DESC) WHERE field IS NOT NULL;
CREATE INDEX ix_carriers_operator ON carriers (operator_org);

CREATE TABLE carrier_changes (
  carrier_id UUID NOT NULL REFERENCES carriers (id),
  version INTEGER NOT NULL,
  changed JSONB NOT NULL,
  changed_on DATE NOT NULL,
  reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
  reported_by TEXT NOT NULL,
  late BOOLEAN NOT NULL,
  PRIMARY KEY (carrier_id, version)
);
CREATE TRIGGER carrier_changes_append_only BEFORE UPDATE OR DELETE ON carrier_changes
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE carrier_counts (
  region TEXT COLLATE "C" NOT NULL,
  type TEXT NOT NULL,
  tier TEXT NOT NULL,
  field TEXT NOT NULL,
  room BOOLEAN NOT NULL,
  carriers INTEGER NOT NULL CHECK (carriers >= 0),
  PRIMARY KEY (type, tier, field, room, region)
);

CREATE FUNCTION carrier_cells(c carriers) RETURNS TABLE (
  region TEXT, type TEXT, tier TEXT, field TEXT, room BOOLEAN
) IMMUTABLE LANGUAGE sql AS $$
  SELECT r, t, l, f, m
  FROM unnest(ARRAY['', left(c.region_code, 2), left(c.region_code, 4), c.region_code]) r,
       unnest(ARRAY['', c.type]) t, unnest(ARRAY['', c.tier]) l,
       unnest(CASE WHEN c.field IS NULL THEN ARRAY[''] ELSE ARRAY['', c.field] END) f,
       unnest(CASE WHEN c.free_workstations > 0 THEN ARRAY[false, true] ELSE ARRAY[false] END) m
$$;

CREATE FUNCTION keep_carrier_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- a bulk load counts once at its end (services.carriers.carriers.bulk)
  IF current_setting('yichuang.carriers_bulk', true) = 'on' THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('carrier_counts'));
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO carrier_counts AS k SELECT cells.*, 1 FROM carrier_cells(NEW) cells
    ON CONFLICT (type, tier, field, room, region) DO UPDATE SET carriers = k.carriers + 1;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    UPDATE carrier_counts k SET carriers = k.carriers - 1 FROM carrier_cells(OLD) cells
    WHERE (k.type, k.tier, k.field, k.room, k.region)
        = (cells.type, cells.tier, cells.field, cells.room, cells.region);
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER carrier_counts_insert AFTER INSERT ON carriers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_carrier_counts();
CREATE CONSTRAINT TRIGGER carrier_counts_delete AFTER DELETE ON carriers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_carrier_counts();
CREATE CONSTRAINT TRIGGER carrier_counts_update AFTER UPDATE ON carriers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.region_code, OLD.type, OLD.tier, OLD.field, OLD.free_workstations > 0)
    IS DISTINCT FROM (NEW.region_code, NEW.type, NEW.tier, NEW.field, NEW.free_workstations > 0))
  EXECUTE FUNCTION keep_carrier_counts();

INSERT INTO carrier_counts SELECT cells.*, count(*) FROM carriers c, carrier_cells(c) cells
  GROUP BY 1, 2, 3, 4, 5;
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
