-- Names that repeat in every row: places, native fields, slots, operations.
CREATE TABLE name (
	num SERIAL_KEY,
	text EXACT_TEXT NOT NULL UNIQUE
);

CREATE TABLE setting (
	name TEXT PRIMARY KEY,
	value BYTES NOT NULL
);

-- body is JSON: all of a place that only its reader looks at.
CREATE TABLE place (
	num BIGINT PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	fence BIGINT NOT NULL,
	holder TEXT NOT NULL,
	lease BIGINT NOT NULL,
	body TEXT NOT NULL
);

CREATE TABLE party (
	num BIGINT_KEY,
	id EXACT_TEXT NOT NULL UNIQUE,
	kind SMALLINT NOT NULL,
	state SMALLINT NOT NULL,
	rev BIGINT NOT NULL,
	keys BYTES,
	refs EXACT_TEXT,
	body BYTES NOT NULL
);

-- Which parties name a party in a slot that is a reference.
CREATE TABLE ref (
	parent EXACT_TEXT NOT NULL,
	child BIGINT NOT NULL,
	PRIMARY KEY (parent, child)
) CLUSTERED;

-- standing is 0 for what is not there, 1 for what is there and belongs to a
-- party, 2 for what is there and belongs to none.
-- echo is what tells an echo from news; body is all that no query asks for.
CREATE TABLE link (
	id SERIAL_KEY,
	place BIGINT NOT NULL,
	kind SMALLINT NOT NULL,
	remote EXACT_TEXT NOT NULL,
	party BIGINT,
	gone SMALLINT NOT NULL,
	standing SMALLINT NOT NULL,
	due SMALLINT NOT NULL,
	reread SMALLINT NOT NULL,
	pending SMALLINT NOT NULL,
	not_before BIGINT NOT NULL,
	needs EXACT_TEXT,
	problem TEXT,
	echo BYTES NOT NULL,
	body BYTES NOT NULL,
	rev BIGINT NOT NULL
);
CREATE UNIQUE INDEX link_remote ON link (place, kind, remote) WHERE remote <> '';
CREATE UNIQUE INDEX link_party ON link (party, place) WHERE party IS NOT NULL;
CREATE INDEX link_standing ON link (place, kind, standing, id);
CREATE INDEX link_due ON link (place, kind, id, not_before) WHERE due = 1;
CREATE INDEX link_later ON link (place, not_before) WHERE due = 1 AND not_before > 0;
CREATE INDEX link_pending ON link (place, id) WHERE pending = 1;
CREATE INDEX link_needs ON link (needs) WHERE needs IS NOT NULL;
CREATE INDEX link_problem ON link (place, id) WHERE problem IS NOT NULL;

-- Match keys. space is twice the scope's number plus the kind; in scope 0,
-- the parties, owner is a party's number, else a key_owner's. What has come in
-- lately may stand in recent_key instead, see commit_key.go.
CREATE TABLE match_key (
	space BIGINT NOT NULL,
	hash BIGINT NOT NULL,
	owner BIGINT NOT NULL,
	PRIMARY KEY (space, hash, owner)
) CLUSTERED;

CREATE TABLE recent_key (
	space BIGINT NOT NULL,
	hash BIGINT NOT NULL,
	owner BIGINT NOT NULL,
	PRIMARY KEY (space, hash, owner)
) CLUSTERED;

CREATE TABLE key_owner (
	num SERIAL_KEY,
	space BIGINT NOT NULL,
	remote EXACT_TEXT NOT NULL,
	keys BYTES NOT NULL,
	UNIQUE (space, remote)
);

CREATE TABLE not_same (
	a EXACT_TEXT NOT NULL,
	b EXACT_TEXT NOT NULL,
	PRIMARY KEY (a, b)
) CLUSTERED;

CREATE TABLE inbox (
	id SERIAL_KEY,
	place BIGINT NOT NULL,
	kind SMALLINT NOT NULL,
	asked BIGINT NOT NULL,
	listed SMALLINT NOT NULL,
	record BYTES NOT NULL
);
CREATE INDEX inbox_place ON inbox (place, kind, id);

CREATE TABLE review (
	id SERIAL_KEY,
	at BIGINT NOT NULL,
	ask TEXT NOT NULL,
	place BIGINT NOT NULL,
	kind TEXT NOT NULL,
	party TEXT NOT NULL,
	remote TEXT NOT NULL,
	other TEXT NOT NULL,
	slot TEXT NOT NULL,
	ours TEXT NOT NULL,
	theirs TEXT NOT NULL,
	token TEXT NOT NULL,
	why TEXT NOT NULL,
	decided TEXT NOT NULL,
	decided_by TEXT NOT NULL,
	closed BIGINT NOT NULL
);
CREATE INDEX review_place ON review (place, id) WHERE decided = '';
CREATE INDEX review_party ON review (party, id) WHERE decided = '' AND party <> '';
CREATE INDEX review_other ON review (other, id) WHERE decided = '' AND other <> '';
CREATE INDEX review_released ON review (place, id) WHERE decided <> '' AND closed = 0;

CREATE TABLE run (
	id SERIAL_KEY,
	cause TEXT NOT NULL,
	started BIGINT NOT NULL,
	ended BIGINT NOT NULL,
	counts TEXT NOT NULL,
	problem TEXT NOT NULL
);

CREATE TABLE entry (
	seq SERIAL_KEY,
	at BIGINT NOT NULL,
	run BIGINT NOT NULL,
	party BIGINT,
	place BIGINT NOT NULL,
	remote TEXT NOT NULL,
	op BIGINT NOT NULL,
	field BIGINT NOT NULL,
	before TEXT NOT NULL,
	after TEXT NOT NULL,
	why TEXT NOT NULL
);
CREATE INDEX entry_party ON entry (party, seq) WHERE party IS NOT NULL;
CREATE INDEX entry_run ON entry (run, seq) WHERE run > 0;
