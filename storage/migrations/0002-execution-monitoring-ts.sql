-- The time series of every order. The first ten columns are the specification's.
-- With TimescaleDB: a hypertable, one chunk an hour. Without: a table partitioned by range, one partition an hour,
-- made by storage/hourly-partitions.ts. Which of the two it is stands in the catalog (pg_class.relkind = 'p').
DO $$
DECLARE
  columns constant text := $columns$
    "timestamp"         timestamptz NOT NULL,
    order_id            varchar(100) NOT NULL,
    execution_progress  double precision,
    fill_rate           double precision,
    average_price       double precision,
    market_impact       double precision,
    cost_efficiency     double precision,
    slippage            double precision,
    venue_distribution  jsonb,
    alerts              jsonb,
    as_of_sequence      bigint NOT NULL,
    expected_progress   double precision
  $columns$;
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
    EXECUTE format('CREATE TABLE execution_monitoring_ts (%s)', columns);
    PERFORM create_hypertable('execution_monitoring_ts', 'timestamp',
      chunk_time_interval => INTERVAL '1 hour', create_default_indexes => false);
  ELSE
    EXECUTE format('CREATE TABLE execution_monitoring_ts (%s) PARTITION BY RANGE ("timestamp")', columns);
  END IF;
END
$$;

-- The only index: each further one costs about half of the write rate.
CREATE INDEX execution_monitoring_ts_order ON execution_monitoring_ts (order_id, "timestamp" DESC);
