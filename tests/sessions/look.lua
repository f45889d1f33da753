#!lua
-- Reads a Service with the product's own fragments, whatever the form of the values; closes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { people }
-- Returns: { sessions, leases = { { who, number, session } }, past = { { who, number, at, partner } } }
-- use: choose
local found = { sessions = {}, leases = {}, past = {} }
for _, sid in ipairs(redis.call('ZRANGE', K.sessions(), 0, -1)) do found.sessions[sid] = load_session(sid) end
for _, who in ipairs(args.people) do
  local routes = redis.call('HGETALL', K.leases(who))
  for n = 1, #routes, 2 do table.insert(found.leases, { who, routes[n], (end_of(routes[n + 1])) }) end
  for number, was in pairs(past_of(who)) do table.insert(found.past, { who, number, was.at, was.partner }) end
end
return cjson.encode(found)
