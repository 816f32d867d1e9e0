-- Up to which sequence of a journal every row is in the tables above; moved in the transaction that writes them.
CREATE TABLE storage_watermark (
  journal_id  uuid PRIMARY KEY,
  sequence    bigint NOT NULL
);
