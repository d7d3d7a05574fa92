-- Supervision: seats that watch, and what staff say among themselves.

-- A seat that watches hears everything; the other members do not see it. SHOWN_YN: whether they
-- see it, or saw it before.
ALTER TABLE ROOM_MEMBER ADD COLUMN WATCHING_YN TEXT NOT NULL DEFAULT 'N' CHECK (WATCHING_YN IN ('Y', 'N'));
ALTER TABLE ROOM_MEMBER ADD COLUMN SHOWN_YN TEXT NOT NULL DEFAULT 'Y' CHECK (SHOWN_YN IN ('Y', 'N'));

-- It has no place in the room's sequence, so that nobody else can tell that something was said.
CREATE TABLE WHISPER (
    WHISPER_ID     TEXT      NOT NULL PRIMARY KEY,
    ROOM_ID        TEXT      NOT NULL REFERENCES ROOM (ROOM_ID),
    MEMBER_ID      TEXT      NOT NULL REFERENCES ROOM_MEMBER (MEMBER_ID),
    CLIENT_ID      TEXT      NOT NULL,
    BODY           TEXT      NOT NULL,
    WHISPERED_DTTM TIMESTAMP NOT NULL,
    REG_DTTM       TIMESTAMP NOT NULL,
    REG_ID         TEXT      NOT NULL,
    MOD_DTTM       TIMESTAMP NOT NULL,
    MOD_ID         TEXT      NOT NULL,
    UNIQUE (ROOM_ID, MEMBER_ID, CLIENT_ID)
);
