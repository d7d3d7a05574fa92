-- The history at ten million consultations: edits that lose nothing, what happened besides, what
-- is to be digested, the summaries, and an index of terms for text and for filters together.

-- Counts edits: an edit of an older version is refused.
ALTER TABLE CONSULTATION ADD COLUMN VERSION INTEGER NOT NULL DEFAULT 1;
-- The words somebody gave for ending the room.
ALTER TABLE ROOM ADD COLUMN END_NOTE TEXT;

-- A line's newest, and its hours for the summaries.
CREATE INDEX IX_CONSULTATION_LINE ON CONSULTATION (LINE_ID, REQUESTED_DTTM, CONSULTATION_ID);
-- The few that are not over: what a start reads, and what the index of terms does not hold yet.
CREATE INDEX IX_CONSULTATION_LIVE ON CONSULTATION (STATUS, REQUESTED_DTTM, CONSULTATION_ID)
    -- Term by term: SQLite sees only so that a query for one of them may use it.
    WHERE STATUS = 'WAITING' OR STATUS = 'TALKING' OR STATUS = 'WRAP_UP';
-- The index of terms answers what these did; the hot path no longer pays for them.
DROP INDEX IX_CONSULTATION_STATUS;
DROP INDEX IX_CONSULTATION_TOPIC;
DROP INDEX IX_CONSULTATION_DESK;

-- What changed and is not yet in the index of terms and the summaries: written with the change,
-- taken away with the digest of it. MARKS counts changes, so that none is taken away undigested.
CREATE TABLE CONSULTATION_DUE (
    CONSULTATION_ID TEXT      NOT NULL PRIMARY KEY REFERENCES CONSULTATION (CONSULTATION_ID),
    REQUESTED_DTTM  TIMESTAMP NOT NULL,
    MARKS           INTEGER   NOT NULL DEFAULT 1,
    REG_DTTM        TIMESTAMP NOT NULL,
    REG_ID          TEXT      NOT NULL,
    MOD_DTTM        TIMESTAMP NOT NULL,
    MOD_ID          TEXT      NOT NULL
);
CREATE INDEX IX_CONSULTATION_DUE_REQUESTED ON CONSULTATION_DUE (REQUESTED_DTTM, CONSULTATION_ID);

-- What the consultation's row alone cannot say: offers, returns to the line, edits with the value
-- before. REG_DTTM and REG_ID say when and who.
CREATE TABLE CONSULTATION_EVENT (
    CONSULTATION_ID TEXT      NOT NULL REFERENCES CONSULTATION (CONSULTATION_ID),
    EVENT_SEQ       INTEGER   NOT NULL CHECK (EVENT_SEQ >= 1),
    KIND            TEXT      NOT NULL,
    -- JSON.
    DETAIL          TEXT      NOT NULL,
    REG_DTTM        TIMESTAMP NOT NULL,
    REG_ID          TEXT      NOT NULL,
    MOD_DTTM        TIMESTAMP NOT NULL,
    MOD_ID          TEXT      NOT NULL,
    PRIMARY KEY (CONSULTATION_ID, EVENT_SEQ)
);
CREATE FUNCTION FN_CONSULTATION_EVENT_APPEND_ONLY() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'CONSULTATION_EVENT is append-only';
END $$;
CREATE TRIGGER TR_CONSULTATION_EVENT_APPEND_ONLY BEFORE UPDATE OR DELETE OR TRUNCATE ON CONSULTATION_EVENT
    FOR EACH STATEMENT EXECUTE FUNCTION FN_CONSULTATION_EVENT_APPEND_ONLY();

-- Of one line and one hour (UTC, of the request): the consultations that are over. COUNSELLOR_ID
-- is the (last) counsellor, `-` where there was none, `*` for all of them together.
CREATE TABLE STAT_HOUR (
    LINE_ID          TEXT      NOT NULL,
    HOUR_DTTM        TIMESTAMP NOT NULL,
    COUNSELLOR_ID    TEXT      NOT NULL,
    REQUESTED        INTEGER   NOT NULL,
    MATCHED          INTEGER   NOT NULL,
    ABANDONED        INTEGER   NOT NULL,
    EXPIRED          INTEGER   NOT NULL,
    REFUSED          INTEGER   NOT NULL,
    -- Matched within the target; given up within it.
    WITHIN_TARGET    INTEGER   NOT NULL,
    SHORT_ABANDONED  INTEGER   NOT NULL,
    WAIT_S           INTEGER   NOT NULL,
    TALKED           INTEGER   NOT NULL,
    TALK_S           INTEGER   NOT NULL,
    WRAPPED_UP       INTEGER   NOT NULL,
    WRAP_UP_S        INTEGER   NOT NULL,
    RATED            INTEGER   NOT NULL,
    RATING           INTEGER   NOT NULL,
    PREDICTED        INTEGER   NOT NULL,
    PREDICTED_OFF_S  INTEGER   NOT NULL,
    PREDICTED_BIAS_S INTEGER   NOT NULL,
    -- Of the matched, how many waited at most so many seconds.
    WAIT_LE_10       INTEGER   NOT NULL,
    WAIT_LE_30       INTEGER   NOT NULL,
    WAIT_LE_60       INTEGER   NOT NULL,
    WAIT_LE_120      INTEGER   NOT NULL,
    WAIT_LE_300      INTEGER   NOT NULL,
    WAIT_LE_600      INTEGER   NOT NULL,
    WAIT_LE_1200     INTEGER   NOT NULL,
    WAIT_LE_2400     INTEGER   NOT NULL,
    REG_DTTM         TIMESTAMP NOT NULL,
    REG_ID           TEXT      NOT NULL,
    MOD_DTTM         TIMESTAMP NOT NULL,
    MOD_ID           TEXT      NOT NULL,
    PRIMARY KEY (LINE_ID, HOUR_DTTM, COUNSELLOR_ID)
);
CREATE INDEX IX_STAT_HOUR_COUNSELLOR ON STAT_HOUR (COUNSELLOR_ID, HOUR_DTTM, LINE_ID);

-- The index of terms: an index and no record, so nobody is named in it. A row a millisecond of
-- requests (MOMENT, milliseconds since 1970), its terms as numbers.
CREATE TABLE CONSULTATION_TERMS (
    MOMENT BIGINT    NOT NULL PRIMARY KEY,
    TERMS  INTEGER[] NOT NULL
);
-- Without a pending list, which every search would have to read.
CREATE INDEX IX_CONSULTATION_TERMS ON CONSULTATION_TERMS USING gin (TERMS) WITH (fastupdate = off);

-- Whatever is over already is digested by the first server that starts.
INSERT INTO CONSULTATION_DUE (CONSULTATION_ID, REQUESTED_DTTM, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID)
SELECT CONSULTATION_ID, REQUESTED_DTTM, MOD_DTTM, 'SYSTEM', MOD_DTTM, 'SYSTEM'
  FROM CONSULTATION WHERE STATUS NOT IN ('WAITING', 'TALKING');
