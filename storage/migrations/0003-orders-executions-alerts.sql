-- One row an order: what was announced and where it stands. The newest as_of_sequence of one journal wins;
-- a row from another journal (journal_id) replaces it whatever its sequence, because sequences compare within one only.
CREATE TABLE orders (
  order_id         varchar(100) PRIMARY KEY,
  symbol           text NOT NULL,
  side             text NOT NULL,
  algorithm        text NOT NULL,
  currency         text,
  account          text,
  desk             text,
  trader           text,
  strategy         text,
  state            text NOT NULL,
  quantity         double precision,
  filled_quantity  double precision,
  average_price    double precision,
  limit_price      double precision,
  arrival_price    double precision,
  decision_price   double precision,
  announced_at     timestamptz,
  start_at         timestamptz,
  planned_end_at   timestamptz,
  ended_at         timestamptz,
  as_of_sequence   bigint NOT NULL,
  journal_id       uuid NOT NULL
);

-- Fills, corrections and busts as they were reported; never changed.
CREATE TABLE executions (
  "timestamp"     timestamptz NOT NULL,
  received_at     timestamptz NOT NULL,
  exec_id         text NOT NULL,
  exec_type       text NOT NULL,
  ref_exec_id     text,
  order_id        varchar(100) NOT NULL,
  symbol          text NOT NULL,
  venue           text,
  child_order_id  text,
  liquidity       text,
  quantity        double precision,
  price           double precision,
  fee             double precision,
  as_of_sequence  bigint NOT NULL
);
CREATE INDEX executions_order ON executions (order_id, "timestamp");

-- Every revision of every alert episode.
CREATE TABLE alerts (
  event_id           uuid NOT NULL,
  revision           integer NOT NULL,
  "timestamp"        timestamptz NOT NULL,
  order_id           varchar(100) NOT NULL,
  alert_type         text NOT NULL,
  scope              text NOT NULL,
  alert_state        text NOT NULL,
  severity           text NOT NULL,
  current_progress   double precision,
  expected_progress  double precision,
  execution_speed    double precision,
  cost_efficiency    double precision,
  recommendation     text NOT NULL,
  as_of_sequence     bigint NOT NULL,
  PRIMARY KEY (event_id, revision)
);
CREATE INDEX alerts_order ON alerts (order_id, "timestamp" DESC);
