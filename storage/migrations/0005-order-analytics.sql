-- The explained analytics of orders that have left the service's memory, as JSON text, so that every digit stays as it was.
-- A long answer is cut into parts. A row from another journal replaces an older one; parts of one journal belong together.
CREATE TABLE order_analytics (
  order_id        varchar(100) NOT NULL,
  part            integer NOT NULL,
  parts           integer NOT NULL,
  content         text NOT NULL,
  as_of_sequence  bigint NOT NULL,
  journal_id      uuid NOT NULL,
  PRIMARY KEY (order_id, part)
);
