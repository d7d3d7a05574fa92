-- Whether somebody of an earlier day still waits or talks is seen from whoever has done so for the longest,
-- whom IX_CONSULTATION_LIVE finds: an index of its own cost every visit three pages.
DROP INDEX IX_CONSULTATION_LIVE_DAY;
