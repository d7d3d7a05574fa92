-- From which networks an account was logged in to: a right password from one of them is never made
-- to wait for what others guess. Forgotten when long unused.
CREATE TABLE ACCOUNT_NETWORK (
    ACCOUNT_ID  TEXT      NOT NULL REFERENCES ACCOUNT (ACCOUNT_ID),
    NETWORK     TEXT      NOT NULL,
    REG_DTTM    TIMESTAMP NOT NULL,
    REG_ID      TEXT      NOT NULL,
    MOD_DTTM    TIMESTAMP NOT NULL,
    MOD_ID      TEXT      NOT NULL,
    PRIMARY KEY (ACCOUNT_ID, NETWORK)
);
