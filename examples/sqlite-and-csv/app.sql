CREATE TABLE customer (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  email      TEXT,
  phone      TEXT,
  street     TEXT,
  zip        TEXT,
  city       TEXT,
  active     INTEGER NOT NULL DEFAULT 1,
  changed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
);
INSERT INTO customer (name, email, phone, street, zip, city, active) VALUES
  ('Jörg Müller', 'joerg.mueller@werk.example', '+49 30 1234567', 'Lindenstraße 7', '10969', 'Berlin', 1),
  ('Heike Braun', 'heike.braun@alt.example', '', '', '', '', 0);
