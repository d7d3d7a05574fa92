-- The oldest program that may serve these tables. A migration that an older program cannot live with
-- raises it; one that only adds leaves it.
INSERT INTO INSTALLATION (NAME, VALUE, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID)
VALUES ('VERSION_MIN', '0.1.0', CURRENT_TIMESTAMP, 'SYSTEM', CURRENT_TIMESTAMP, 'SYSTEM');
