-- What a login is found by, so that KimMS, kimms and their full-width forms are one: without case,
-- width and what cannot be seen. No database folds as Unicode does, so the program fills it at its
-- start. NULL for the younger of two accounts that were made before and differ only so: they log in
-- with exactly what is in LOGIN.
ALTER TABLE ACCOUNT ADD COLUMN LOGIN_KEY TEXT;
CREATE UNIQUE INDEX UX_ACCOUNT_LOGIN_KEY ON ACCOUNT (LOGIN_KEY);
