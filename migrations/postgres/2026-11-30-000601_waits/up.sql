-- How long each of the matched waited, to the second up to half an hour and to a thousandth above:
-- pairs of a wait and how many waited so long, each as the step from the wait before and a count,
-- in seven bits a byte (LEB128). Empty beside a MATCHED above 0: of before this column, and to be
-- made again from the log.
ALTER TABLE STAT_HOUR ADD COLUMN WAITS BYTEA NOT NULL DEFAULT '';
-- They said it in eight classes, so that anything in between was made up.
ALTER TABLE STAT_HOUR DROP COLUMN WAIT_LE_10;
ALTER TABLE STAT_HOUR DROP COLUMN WAIT_LE_30;
ALTER TABLE STAT_HOUR DROP COLUMN WAIT_LE_60;
ALTER TABLE STAT_HOUR DROP COLUMN WAIT_LE_120;
ALTER TABLE STAT_HOUR DROP COLUMN WAIT_LE_300;
ALTER TABLE STAT_HOUR DROP COLUMN WAIT_LE_600;
ALTER TABLE STAT_HOUR DROP COLUMN WAIT_LE_1200;
ALTER TABLE STAT_HOUR DROP COLUMN WAIT_LE_2400;
