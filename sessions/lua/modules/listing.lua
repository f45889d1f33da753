-- The list of a Service's Sessions by creation: a stream, since its entries take a third of the memory of a sorted set's.
-- An entry has the packed SID; its id is the Session's creation (ms) and a number for those of the same ms.
local listing = {}
local keys = use('storage.keys')
local sids = use('storage.sids')

function listing.count(tx)
  return redis.call('XLEN', keys.sessions(tx))
end

-- Adds a new Session. The caller saves it.
function listing.add(tx, s)
  local id = redis.call('XADD', keys.sessions(tx), string.format('%.0f-*', s.created), 's', sids.pack_often(s.sid))
  local number = tonumber(string.match(id, '-(%d+)$'))
  s.listed = number > 0 and number or nil
end

function listing.remove(tx, s)
  redis.call('XDEL', keys.sessions(tx), string.format('%.0f-%d', s.created, s.listed or 0))
end

-- Removes the first Sessions from the list. Returns their SIDs, `most` at most.
function listing.take(tx, most)
  local found = {}
  for n, entry in ipairs(redis.call('XRANGE', keys.sessions(tx), '-', '+', 'COUNT', most)) do
    found[n] = sids.unpack('KC', entry[2][2])
    redis.call('XDEL', keys.sessions(tx), entry[1])
  end
  return found
end

local function id_of(mark)
  return string.format('(%.0f-%s', mark[1], string.match(mark[2], '^%d+$') or '0')
end

local function mark_of(id)
  local ms, number = string.match(id, '^(%d+)-(%d+)$')
  return { tonumber(ms), number }
end

-- Reads up to `limit` Sessions `after` or `before` a mark = { ms, number }. Returns their SIDs, and the marks of the first
-- one if there are earlier ones, of the last one if there are later ones.
function listing.page(tx, limit, after, before)
  local key, found = keys.sessions(tx), {}
  local rows = before and redis.call('XREVRANGE', key, id_of(before), '-', 'COUNT', limit)
    or redis.call('XRANGE', key, after and id_of(after) or '-', '+', 'COUNT', limit)
  for n, entry in ipairs(rows) do found[before and #rows + 1 - n or n] = sids.unpack('KC', entry[2][2]) end
  if not rows[1] then return found end
  local first, last = rows[before and #rows or 1][1], rows[before and 1 or #rows][1]
  local earlier = redis.call('XREVRANGE', key, '(' .. first, '-', 'COUNT', 1)[1]
  local later = redis.call('XRANGE', key, '(' .. last, '+', 'COUNT', 1)[1]
  return found, earlier and mark_of(first), later and mark_of(last)
end

return listing
