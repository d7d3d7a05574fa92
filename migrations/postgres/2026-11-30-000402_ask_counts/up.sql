-- Requests of an hour (UTC) of a line that were refused, or given up within seconds: how many have a
-- record, and how many are only counted because there were so many.
CREATE TABLE ASK_COUNT (
    LINE_ID          TEXT      NOT NULL,
    HOUR_DTTM        TIMESTAMP NOT NULL,
    REFUSED_KEPT     INTEGER   NOT NULL,
    REFUSED_COUNTED  INTEGER   NOT NULL,
    GIVEN_UP_KEPT    INTEGER   NOT NULL,
    GIVEN_UP_COUNTED INTEGER   NOT NULL,
    REG_DTTM         TIMESTAMP NOT NULL,
    REG_ID           TEXT      NOT NULL,
    MOD_DTTM         TIMESTAMP NOT NULL,
    MOD_ID           TEXT      NOT NULL,
    PRIMARY KEY (LINE_ID, HOUR_DTTM)
);
