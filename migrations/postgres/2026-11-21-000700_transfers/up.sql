-- Tickets that go to another line while they live.

-- The number of a ticket that is of another line now: the line that gave it does not give it again
-- that day, and the ticket keeps it.
CREATE TABLE MOVED_NUMBER (
    LINE_ID         TEXT      NOT NULL REFERENCES LINE (LINE_ID),
    TICKET_DAY      INTEGER   NOT NULL,
    TICKET_NO       INTEGER   NOT NULL,
    CONSULTATION_ID TEXT      NOT NULL REFERENCES CONSULTATION (CONSULTATION_ID),
    REG_DTTM        TIMESTAMP NOT NULL,
    REG_ID          TEXT      NOT NULL,
    MOD_DTTM        TIMESTAMP NOT NULL,
    MOD_ID          TEXT      NOT NULL,
    PRIMARY KEY (LINE_ID, TICKET_DAY, TICKET_NO)
);
