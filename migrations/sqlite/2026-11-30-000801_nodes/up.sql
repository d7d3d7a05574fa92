-- Every run of a server of the cluster, until a day after it is gone. NODE_ID is drawn at each start;
-- NODE_NO is counted up and never used again, as the number of a session lock.
CREATE TABLE NODE (
    NODE_NO  INTEGER   NOT NULL PRIMARY KEY AUTOINCREMENT,
    NODE_ID  TEXT      NOT NULL UNIQUE,
    NAME     TEXT      NOT NULL CHECK (NAME <> ''),
    VERSION  TEXT      NOT NULL CHECK (VERSION <> ''),
    -- The versions of the words between nodes that it can talk.
    WIRE_MIN INTEGER   NOT NULL CHECK (WIRE_MIN >= 0),
    WIRE_MAX INTEGER   NOT NULL,
    -- By what it hears now.
    ENGINE   TEXT      NOT NULL CHECK (ENGINE IN ('POSTGRES', 'REDIS')),
    STATE    TEXT      NOT NULL CHECK (STATE IN ('JOINING', 'UP', 'DRAINING', 'GONE')),
    -- Goes up as long as it lives. No moment: clocks are not compared.
    BEAT     INTEGER   NOT NULL DEFAULT 0 CHECK (BEAT >= 0),
    REG_DTTM TIMESTAMP NOT NULL,
    REG_ID   TEXT      NOT NULL,
    -- Of the last beat, or of the end, by the database's clock.
    MOD_DTTM TIMESTAMP NOT NULL,
    MOD_ID   TEXT      NOT NULL,
    CHECK (WIRE_MAX >= WIRE_MIN)
);

-- Who matches: one row a thing that one node does for all. Empty when nobody does.
CREATE TABLE LEASE (
    LEASE_NAME TEXT      NOT NULL PRIMARY KEY,
    NODE_ID    TEXT,
    -- One holding of it, drawn at every taking. Its index is what makes FOR KEY SHARE wait for whoever
    -- takes the lease, and not for a beat.
    TERM_ID    TEXT      UNIQUE,
    -- Goes up with every beat of the holder, and with every taking.
    BEAT       INTEGER   NOT NULL CHECK (BEAT >= 0),
    -- Goes up with every taking.
    EPOCH      INTEGER   NOT NULL CHECK (EPOCH >= 0),
    REG_DTTM   TIMESTAMP NOT NULL,
    REG_ID     TEXT      NOT NULL,
    -- Of the last taking, by the database's clock.
    MOD_DTTM   TIMESTAMP NOT NULL,
    MOD_ID     TEXT      NOT NULL,
    CHECK ((NODE_ID IS NULL) = (TERM_ID IS NULL))
);
INSERT INTO LEASE (LEASE_NAME, BEAT, EPOCH, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID)
VALUES ('MATCHMAKER', 0, 0, CURRENT_TIMESTAMP, 'SYSTEM', CURRENT_TIMESTAMP, 'SYSTEM');
