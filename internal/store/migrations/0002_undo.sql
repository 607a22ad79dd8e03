-- Whom a question is about who is no contact, while it is open; and what a person
-- has called different, found by either side.
ALTER TABLE review ADD COLUMN stranger TEXT NOT NULL DEFAULT '';

CREATE INDEX not_same_other ON not_same (b, a);
