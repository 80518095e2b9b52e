-- 0019: the indexes on a member's redemptions and on versions of tiers serve only who asks by those. Why: of indexes that look alike PostgreSQL
-- takes the youngest, as long as it has not counted the table, and any index looks like the key to whom bucket and tenant say enough. Whoever
-- looked for a redemption or for the state of a tier by its key read all of its bucket: a capture three times. Every row has a member and a
-- programme; a statement that names none is not offered the index. Locks: both tables against writing while their index is built.

-- Migrations run in a transaction, so not concurrently.
-- squawk-ignore require-concurrent-index-deletion
drop index redemptions_of_member;
-- squawk-ignore require-concurrent-index-creation
create index redemptions_of_member on redemptions (bucket, tenant_id, member_id, redemption_id) where member_id is not null;

-- squawk-ignore require-concurrent-index-deletion
drop index tier_states_version;
-- squawk-ignore require-concurrent-index-creation
create index tier_states_version on tier_states (bucket, tenant_id, program_id, version) where program_id is not null;
