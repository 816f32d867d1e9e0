-- TimescaleDB where the server has it. Where it has not, 0002 makes native partitions instead.
-- A role that may not create the extension gets that as a clear error here: falling back quietly would settle the
-- layout of the table for good.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb') THEN
    CREATE EXTENSION IF NOT EXISTS timescaledb;
  END IF;
END
$$;
