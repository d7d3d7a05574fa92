-- That a manager runs every line is said, and no longer read from their having none: whose only
-- line is deleted runs none. Managers who were never given a line keep all; of those who have none
-- because their lines were deleted the audit knows, as it names who served a line that went.

ALTER TABLE ACCOUNT ADD COLUMN ALL_LINES_YN TEXT NOT NULL DEFAULT 'N' CHECK (ALL_LINES_YN IN ('Y', 'N'));
UPDATE ACCOUNT SET ALL_LINES_YN = 'Y'
 WHERE ROLE = 'MANAGER'
   AND NOT EXISTS (SELECT 1 FROM ACCOUNT_LINE S WHERE S.ACCOUNT_ID = ACCOUNT.ACCOUNT_ID)
   AND NOT EXISTS (SELECT 1 FROM AUDIT A
                    WHERE A.ACTION = 'LINE_DELETED' AND A.DETAIL LIKE '%' || ACCOUNT.ACCOUNT_ID || '%');
