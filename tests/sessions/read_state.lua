-- Reads a Service with the product's own modules, whatever the form of the values; closes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { people }
-- Returns: { sessions, leases = { { who, number, session } }, past = { { who, number, at, partner } } }
local lease_history = use('pool.lease_history')
local lease_table = use('pool.lease_table')
local former = use('sessions.former')
local listing = use('sessions.listing')
local session = use('sessions.session')

-- With the people who have left.
local function read_session(tx, sid)
  local s = session.read(tx, sid)
  s.people = former.range(tx, s, 1, s.joined)
  return s
end

return function(tx, args)
  local found = { sessions = {}, leases = {}, past = {} }
  for _, sid in ipairs((listing.page(tx, 10000))) do found.sessions[sid] = read_session(tx, sid) end
  for _, who in ipairs(args.people) do
    for number, sid in pairs(lease_table.all(tx, who)) do table.insert(found.leases, { who, number, sid }) end
    for number, was in pairs(lease_history.read(tx, who)) do
      table.insert(found.past, { who, number, was.at, was.partner })
    end
  end
  return cjson.encode(found)
end
