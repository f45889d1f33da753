#!lua
-- One page of an account's Services, oldest first.
-- KEYS: 1 the account
-- ARGV: 1 JSON { limit, after or before = { score, member } }
-- Returns: { members, previous, next }
-- use: page
return paged(page(K.services()))
