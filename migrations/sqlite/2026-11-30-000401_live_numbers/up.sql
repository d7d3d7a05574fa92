-- Those of earlier days that still wait or talk: their numbers are not given again (numbers begin anew
-- every day). Term by term: SQLite sees only so that a query for one of them may use it.
CREATE INDEX IX_CONSULTATION_LIVE_DAY ON CONSULTATION (STATUS, TICKET_DAY)
    WHERE STATUS = 'WAITING' OR STATUS = 'TALKING';
