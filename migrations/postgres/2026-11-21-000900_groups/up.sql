-- Rooms that staff open and share by a link, and the pictures people are seen by.

-- Of a group room alone: the language of its guests' page, and who opened it.
ALTER TABLE ROOM ADD COLUMN LANGUAGE TEXT;
ALTER TABLE ROOM ADD COLUMN CREATOR_ID TEXT REFERENCES ACCOUNT (ACCOUNT_ID);

-- Small pictures of our own making. The id is drawn, not counted: whoever knows it may see the
-- picture. USED_YN: somebody is shown by it; what nobody took is thrown away.
CREATE TABLE MEDIA (
    MEDIA_ID     TEXT      NOT NULL PRIMARY KEY,
    CONTENT_TYPE TEXT      NOT NULL CHECK (CONTENT_TYPE IN ('image/png', 'image/jpeg')),
    CONTENT      BYTEA     NOT NULL,
    USED_YN      TEXT      NOT NULL DEFAULT 'N' CHECK (USED_YN IN ('Y', 'N')),
    REG_DTTM     TIMESTAMP NOT NULL,
    REG_ID       TEXT      NOT NULL,
    MOD_DTTM     TIMESTAMP NOT NULL,
    MOD_ID       TEXT      NOT NULL
);
CREATE INDEX IX_MEDIA_UNUSED ON MEDIA (REG_DTTM) WHERE USED_YN = 'N';
