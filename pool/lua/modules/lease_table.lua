-- Which proxy numbers a person has a lease of, and in which Session each. Most people have one: see pool.lease_field. Who
-- has more gets a hash of their own, proxy number -> packed SID.
local lease_table = {}
local keys = use('storage.keys')
local sids = use('storage.sids')
local lease_field = use('pool.lease_field')
local SEVERAL = ''

-- Returns the packed SID of the Session, or nil.
local function find(tx, person, number)
  local value = lease_field.read(tx, person)
  if not value then return nil end
  if value == SEVERAL then return redis.call('HGET', keys.leases(tx, person), number) or nil end
  local only, sid = lease_field.unpack(value)
  return only == number and sid or nil
end

function lease_table.has(tx, person, number)
  return find(tx, person, number) ~= nil
end

-- Returns the SID of the Session, or nil.
function lease_table.find(tx, person, number)
  local sid = find(tx, person, number)
  return sid and sids.unpack('KC', sid)
end

function lease_table.count(tx, person)
  local value = lease_field.read(tx, person)
  if value == SEVERAL then return redis.call('HLEN', keys.leases(tx, person)) end
  return value and 1 or 0
end

-- Returns proxy number -> SID of the Session.
function lease_table.all(tx, person)
  local value, found = lease_field.read(tx, person), {}
  local rows = value == SEVERAL and redis.call('HGETALL', keys.leases(tx, person)) or value and { lease_field.unpack(value) }
  for n = 1, #(rows or {}), 2 do found[rows[n]] = sids.unpack('KC', rows[n + 1]) end
  return found
end

function lease_table.put(tx, person, number, sid)
  local value = lease_field.read(tx, person)
  if not value then return lease_field.save(tx, person, lease_field.pack(number, sid)) end
  if value ~= SEVERAL then
    redis.call('HSET', keys.leases(tx, person), lease_field.unpack(value))
    lease_field.save(tx, person, SEVERAL)
  end
  redis.call('HSET', keys.leases(tx, person), number, sids.pack_often(sid))
end

function lease_table.remove(tx, person, number)
  if not find(tx, person, number) then return end
  local is_only = lease_field.read(tx, person) ~= SEVERAL
  if not is_only then redis.call('HDEL', keys.leases(tx, person), number) end
  if is_only or lease_table.count(tx, person) == 0 then lease_field.delete(tx, person) end
end

return lease_table
