-- The only lease of a person who has one: a field of a hash of many people, person -> SID (16 bytes) and proxy number. For
-- a person with several (see pool.lease_table), the field is empty.
local lease_field = {}
local keys = use('storage.keys')
local sids = use('storage.sids')

local function place(tx, person)
  return keys.lease(tx, string.sub(person, 1, 1)), person
end

-- Returns the value, or false. It is read once in a call.
function lease_field.read(tx, person)
  if tx.leases[person] == nil then tx.leases[person] = redis.call('HGET', place(tx, person)) end
  return tx.leases[person]
end

function lease_field.save(tx, person, value)
  local key = place(tx, person)
  redis.call('HSET', key, person, value)
  tx.leases[person] = value
end

function lease_field.delete(tx, person)
  redis.call('HDEL', place(tx, person))
  tx.leases[person] = false
end

function lease_field.pack(number, sid) return sids.pack_often(sid) .. number end

-- Returns the number and the packed SID.
function lease_field.unpack(value) return string.sub(value, 17), string.sub(value, 1, 16) end

return lease_field
