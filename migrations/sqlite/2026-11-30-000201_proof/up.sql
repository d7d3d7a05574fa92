-- When whoever holds a log-in last showed that it is theirs, and where the log-in was made; what an
-- API token may do, and until when.

-- NULL: not within living memory, so a proof is asked for.
ALTER TABLE ACCOUNT_SESSION ADD COLUMN PROVEN_DTTM TIMESTAMP;
ALTER TABLE ACCOUNT_SESSION ADD COLUMN ADDRESS TEXT;
-- What the browser calls itself.
ALTER TABLE ACCOUNT_SESSION ADD COLUMN AGENT TEXT;

-- Of read, write and admin, in this order, with a space between. A token from before may do what is
-- the default now.
ALTER TABLE API_TOKEN ADD COLUMN SCOPES TEXT NOT NULL DEFAULT 'read write' CHECK (SCOPES <> '');
-- No token lives for ever, and none outlives the access it was made with.
UPDATE API_TOKEN SET EXPIRES_DTTM = strftime('%Y-%m-%d %H:%M:%f', 'now', '+1 year') || '000'
 WHERE EXPIRES_DTTM IS NULL OR EXPIRES_DTTM > strftime('%Y-%m-%d %H:%M:%f', 'now', '+1 year');
UPDATE API_TOKEN SET DEL_YN = 'Y'
 WHERE ACCOUNT_ID IN (SELECT ACCOUNT_ID FROM ACCOUNT WHERE SUSPEND_YN = 'Y' OR DEL_YN = 'Y');
