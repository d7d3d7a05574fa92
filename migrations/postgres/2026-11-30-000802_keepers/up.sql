-- Who alone may decide about it now: for a ticket that waits, a term of the lease (LEASE.TERM_ID); for an open
-- room, a run of a server (NODE.NODE_ID). Empty is nobody, and whoever may decide takes it. What is over keeps
-- who kept it last.
ALTER TABLE CONSULTATION ADD COLUMN KEEPER_ID TEXT;
ALTER TABLE ROOM ADD COLUMN KEEPER_ID TEXT;
-- Nearly always empty: a ticket is put on file with its keeper.
CREATE INDEX IX_CONSULTATION_UNKEPT ON CONSULTATION (CONSULTATION_ID) WHERE STATUS = 'WAITING' AND KEEPER_ID IS NULL;
