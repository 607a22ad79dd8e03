-- rev moves on whenever a place is listed anew: what was decided before without
-- that place is refused.
CREATE TABLE listing (
	rev BIGINT NOT NULL
);
INSERT INTO listing (rev) VALUES (1);

-- A bit for each kind, 1 << its code, about whose parties somebody has decided
-- who does not know the place as it is listed.
ALTER TABLE place ADD COLUMN unattended BIGINT NOT NULL DEFAULT 0;
