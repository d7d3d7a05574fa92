-- Test data, which counts nowhere: a line that is marked, with everybody who serves it and every
-- consultation of it. The mark is settled when the row is made, so that nothing real can be taken
-- out of the figures, or away with the test data, by an edit.

ALTER TABLE LINE ADD COLUMN TEST_YN TEXT NOT NULL DEFAULT 'N' CHECK (TEST_YN IN ('Y', 'N'));
ALTER TABLE ACCOUNT ADD COLUMN TEST_YN TEXT NOT NULL DEFAULT 'N' CHECK (TEST_YN IN ('Y', 'N'));
CREATE TRIGGER TR_LINE_TEST BEFORE UPDATE OF TEST_YN ON LINE WHEN OLD.TEST_YN <> NEW.TEST_YN
BEGIN SELECT RAISE(ABORT, 'LINE.TEST_YN is settled when the line is made'); END;
CREATE TRIGGER TR_ACCOUNT_TEST BEFORE UPDATE OF TEST_YN ON ACCOUNT WHEN OLD.TEST_YN <> NEW.TEST_YN
BEGIN SELECT RAISE(ABORT, 'ACCOUNT.TEST_YN is settled when the account is made'); END;

-- What happened in a consultation of a test line goes with it; all else stays for ever.
DROP TRIGGER TR_CONSULTATION_EVENT_DELETE;
CREATE TRIGGER TR_CONSULTATION_EVENT_DELETE BEFORE DELETE ON CONSULTATION_EVENT
WHEN NOT EXISTS (SELECT 1 FROM CONSULTATION C JOIN LINE L ON L.LINE_ID = C.LINE_ID
                  WHERE C.CONSULTATION_ID = OLD.CONSULTATION_ID AND L.TEST_YN = 'Y')
BEGIN SELECT RAISE(ABORT, 'CONSULTATION_EVENT is append-only'); END;
