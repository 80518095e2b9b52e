-- 0020: no jobs for deadlines. Why: holds and reserved orders end by a look at the clock; a job that an older version left would be of a kind
-- that nobody knows any more. Locks: the rows of those jobs.

delete from jobs where kind in ('redemption.deadline', 'orders.deadline');
