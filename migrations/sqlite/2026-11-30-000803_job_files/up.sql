-- The node that works at it, by its NODE_ID; nobody's if there is none. What it does is on file only as
-- long as it keeps the job.
ALTER TABLE JOB ADD COLUMN KEEPER_ID TEXT;

-- What a job has made, in parts of at most 1 MiB, so that every node hands it out and it is there exactly when
-- the job says so: those from 1 on, in their order, are the file. Those below 0 are the rows that a spreadsheet
-- is made from; they go when it is there.
CREATE TABLE JOB_FILE (
    JOB_ID   TEXT      NOT NULL REFERENCES JOB (JOB_ID),
    PART_NO  INTEGER   NOT NULL CHECK (PART_NO <> 0),
    CONTENT  BLOB      NOT NULL CHECK (length(CONTENT) BETWEEN 1 AND 1048576),
    REG_DTTM TIMESTAMP NOT NULL,
    REG_ID   TEXT      NOT NULL,
    MOD_DTTM TIMESTAMP NOT NULL,
    MOD_ID   TEXT      NOT NULL,
    PRIMARY KEY (JOB_ID, PART_NO)
);

-- Files lay in a folder of the server that made them, which the next start empties: they are asked for
-- again. One that was being made begins anew.
UPDATE JOB SET FILE_NAME = NULL WHERE FILE_NAME IS NOT NULL;
UPDATE JOB SET PROGRESS = NULL, DONE_COUNT = 0 WHERE KIND = 'EXPORT' AND STATE IN ('QUEUED', 'RUNNING');
